/** Twilio's REST errors. https://www.twilio.com/docs/api/errors */

/** An answer that refuses a request. Without `code` Twilio gives none. */
export type RestError = { status: number; code?: number; message: string }

/** The JSON body of an error answer. */
export function errorBody({ status, code, message }: RestError): Record<string, unknown> {
  if (code === undefined) return { message, status }
  return { code, message, more_info: `https://www.twilio.com/docs/errors/${code}`, status }
}

/** A request with bad parameters. */
export function badRequest(code: number, message: string): RestError {
  return { status: 400, code, message }
}

/** What Twilio answers for anything that is not there. */
export function notFound(path: string): RestError {
  return { status: 404, code: 20404, message: `The requested resource ${path} was not found` }
}
