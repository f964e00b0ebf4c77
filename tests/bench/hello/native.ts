/** The least that answers a request: what a cold start is compared with. */
export const handler = async (event: { readonly pathParameters: { readonly name: string } }) => ({
  statusCode: 200,
  headers: { "content-type": "text/plain;charset=UTF-8" },
  body: `hello ${event.pathParameters.name}`,
  isBase64Encoded: false,
});
