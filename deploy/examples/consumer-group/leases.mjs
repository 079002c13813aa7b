// Calls the gateway's actions on consumer groups with the AWS SDK's own client, so that they are signed, retried and sent as all else
// is: a command of the SDK gets another target and body, and its answer is read before the SDK looks for members that it knows.
import { createRequire } from 'node:module';

const TARGET_PREFIX = 'EdgeStream_20261122.';

/** The SDK's package, from this project or from the folder that is named. */
export function loadSdk(modules) {
  return createRequire(modules ? `${modules}/` : import.meta.url)('@aws-sdk/client-kinesis');
}

/** A function that calls an action: `await call('AcquireLeases', { StreamName, GroupName, MemberId })`. */
export function extensionOf(sdk, client) {
  return async (action, input) => {
    let output = {};
    const command = new sdk.ListStreamsCommand({});
    command.middlewareStack.add(
      (next) => (args) => {
        args.request.headers['x-amz-target'] = TARGET_PREFIX + action;
        args.request.headers['content-type'] = 'application/x-amz-json-1.1';
        args.request.body = JSON.stringify(input);
        return next(args);
      },
      { step: 'build', priority: 'high', name: 'extensionRequest' });
    command.middlewareStack.add(
      (next) => async (args) => {
        const result = await next(args);
        if (result.response.statusCode === 200) {
          const chunks = [];
          for await (const chunk of result.response.body) {
            chunks.push(chunk);
          }

          const text = Buffer.concat(chunks).toString();
          output = text ? JSON.parse(text) : {};
          result.response.body = Buffer.from('{}');
        }

        return result;
      },
      { step: 'deserialize', priority: 'low', name: 'extensionAnswer' });
    await client.send(command);
    return output;
  };
}
