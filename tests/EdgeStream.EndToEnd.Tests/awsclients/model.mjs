// What the AWS SDK for JavaScript v3 documents of an API: its actions with their errors and members, and its structures with the
// types of their members, out of the package's own declarations. As a script it prints that as one JSON object; arguments: the
// folder of npm packages, kinesis or firehose.
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const declarations = (folder) => readdirSync(folder).filter((file) => file.endsWith('.d.ts'));

export function readModel(modules, service) {
  const folder = join(modules, `@aws-sdk/client-${service}`, 'dist-types');
  const structures = {};
  for (const file of declarations(join(folder, 'models'))) {
    const text = readFileSync(join(folder, 'models', file), 'utf8');
    for (const [, name, body] of text.matchAll(/export interface (\w+) \{([^]*?)\n\}/g)) {
      const members = [...body.matchAll(/^ {4}(\w+)\??: (.+?)(?: \| undefined)?;$/gm)];
      structures[name] = Object.fromEntries(members.map(([, member, type]) => [member, type]));
    }
  }
  const actions = {};
  for (const file of declarations(join(folder, 'commands')).filter((file) => file.endsWith('Command.d.ts'))) {
    const text = readFileSync(join(folder, 'commands', file), 'utf8');
    const action = file.slice(0, -'Command.d.ts'.length);
    actions[action] = {
      errors: [...text.matchAll(/@throws \{@link (\w+)\} \((?:client|server) fault\)/g)].map((match) => match[1]),
      members: Object.keys(structures[action + 'Input'] ?? {}),
    };
  }
  return { actions, structures };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  console.log(JSON.stringify(readModel(process.argv[2], process.argv[3])));
}
