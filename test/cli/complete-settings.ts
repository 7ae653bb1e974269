/** Everything that a call needs to be set, as good as real; no service would take it. */
export const COMPLETE = {
  TWILIO_ACCOUNT_SID: `AC${'0'.repeat(32)}`,
  TWILIO_AUTH_TOKEN: 'twilio-secret',
  TWILIO_PHONE_NUMBER: '+12025550199',
  GOOGLE_API_KEY: 'google-secret',
  NGROK_AUTHTOKEN: 'ngrok-secret',
}
