/** What the model may do besides talking. */

/** A function that the model may call. `parameters` is a JSON schema of type object. */
export type ToolDeclaration = { name: string; description: string; parameters: Record<string, unknown> }
