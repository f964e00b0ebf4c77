/** Secrets Manager, by the AWS JSON protocol 1.1. https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetSecretValue.html */
import { IsobarError } from "@isobar/core/adapter";
import { objectIn, textOf } from "../wires/records.ts";
import { endpointIn, type Access } from "./access.ts";
import { call, unexpected } from "./call.ts";

/** https://docs.aws.amazon.com/service-authorization/latest/reference/list_awssecretsmanager.html; a region of its own is the ARN's fourth part. */
const arns = /^arn:aws[a-z-]*:secretsmanager:([a-z]+(?:-[a-z]+)+-\d+):\d{12}:secret:/;

/** In: a secret's name, in the region of `access`, or its ARN. Out: its current text. Rejects as `call` does, with a ServiceError for a secret of bytes, and with `send-failed` for a name without a region. */
export async function getSecretValue(access: Access, { secretId }: { readonly secretId: string }, signal: AbortSignal): Promise<string> {
  const region = arns.exec(secretId)?.[1] ?? access.region;
  if (region === undefined) throw new IsobarError("send-failed", "GetSecretValue needs a region: AWS_REGION is not set");
  const headers = { "content-type": "application/x-amz-json-1.1", "x-amz-target": "secretsmanager.GetSecretValue" };
  const codeIn = (text: string) => textOf(objectIn(text)?.__type)?.split("#").at(-1);
  const request = { service: "secretsmanager", action: "GetSecretValue", own: endpointIn("secretsmanager", region), headers, body: JSON.stringify({ SecretId: secretId }), codeIn } as const;
  const text = objectIn(await call(request, access, signal))?.SecretString;
  if (typeof text !== "string") throw unexpected(request, "SecretString");
  return text;
}
