/**
 * Standard Schema v1 (https://standardschema.dev/schema), types only: any validator that speaks it fits
 * (zod, valibot, arktype, …) and none is a dependency.
 */
export interface Schema<Input = unknown, Output = Input> {
  readonly "~standard": {
    readonly version: 1;
    readonly vendor: string;
    readonly validate: (value: unknown, options?: never) => SchemaResult<Output> | Promise<SchemaResult<Output>>;
    readonly types?: { readonly input: Input; readonly output: Output } | undefined;
  };
}
/** Any schema, whatever goes in and comes out. `never` and `unknown` are the two ends that every validator's own types lie between. */
export type AnySchema = Schema<never, unknown> | Schema<unknown, unknown>;
export interface SchemaIssue {
  readonly message: string;
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
}
export type SchemaResult<Output> =
  | { readonly value: Output; readonly issues?: undefined }
  | { readonly issues: readonly SchemaIssue[] };
export type InputOf<S extends AnySchema> = NonNullable<S["~standard"]["types"]>["input"];
export type OutputOf<S extends AnySchema> = NonNullable<S["~standard"]["types"]>["output"];
