/** The fields of Lambda's events and answers that the native handlers use. */
export interface HttpEvent {
  readonly pathParameters?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly isBase64Encoded: boolean;
}
export interface HttpAnswer {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly isBase64Encoded?: boolean;
}
export interface SqsEvent {
  readonly Records: readonly { readonly messageId: string; readonly body: string }[];
}
export interface SqsAnswer {
  readonly batchItemFailures: readonly { readonly itemIdentifier: string }[];
}
