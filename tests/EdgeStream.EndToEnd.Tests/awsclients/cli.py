"""Runs a table of calls (kinesis.json, firehose.json) with the AWS CLI and prints as one JSON object what was seen of each action.

Arguments: kinesis or firehose, the table, the endpoint, a JSON object of values that the table refers to. The commands run one
after another in this process, by the entry that /usr/bin/aws has: the CLI takes a second to start.
"""
import base64
import json
import os
import sys
import tempfile
import time

from awscli.clidriver import create_clidriver
from botocore import xform_name
from botocore.session import Session

SERVICE, TABLE, ENDPOINT, GIVEN = sys.argv[1:5]
REAL_STDOUT = os.dup(1)


def run(driver, arguments):
    """Runs one command; its exit code and both outputs."""
    with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as error:
        kept = os.dup(1), os.dup(2)
        os.dup2(output.fileno(), 1)
        os.dup2(error.fileno(), 2)
        try:
            code = driver.main(arguments)
        except SystemExit as exit_:
            code = exit_.code
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os.dup2(kept[0], 1)
            os.dup2(kept[1], 2)
            os.close(kept[0])
            os.close(kept[1])
        output.seek(0)
        error.seek(0)
        return code, output.read().decode(), error.read().decode()


def at(value, path):
    for key in path.split('.'):
        value = value[int(key)] if isinstance(value, list) else value.get(key)
    return value


def fill(value, saved):
    """The table's values as the CLI takes them in JSON."""
    if isinstance(value, list):
        return [fill(inner, saved) for inner in value]
    if not isinstance(value, dict):
        return value
    if '$ref' in value:
        return at(saved, value['$ref'])
    if '$text' in value:
        return base64.b64encode(value['$text'].encode()).decode()
    if '$bytes' in value:
        return base64.b64encode(bytes(value['$bytes'])).decode()
    if '$time' in value:
        return value['$time']
    if '$repeat' in value:
        return [fill(value['value'], saved) for _ in range(value['$repeat'])]
    return {key: fill(inner, saved) for key, inner in value.items()}


def read_model(commands):
    """What the CLI's own model documents: errors of each action, and its members."""
    service = Session().get_service_model(SERVICE)
    model = {}
    for action in service.operation_names:
        operation = service.operation_model(action)
        members = list(operation.input_shape.members) if operation.input_shape else []
        errors = [shape.name for shape in operation.error_shapes]
        model[action] = {'errors': errors, 'members': members, 'isCommand': xform_name(action, '-') in commands}
    return model


def call(driver, step, saved):
    arguments = [
        '--endpoint-url', ENDPOINT, '--region', 'us-east-1', '--output', 'json', SERVICE, xform_name(step['action'], '-'),
    ]
    with tempfile.NamedTemporaryFile('w', suffix='.json') as file:
        json.dump(fill(step.get('input', {}), saved), file)
        file.flush()
        code, output, error = run(driver, arguments + ['--cli-input-json', f'file://{file.name}'])
    if code == 0:
        return None, json.loads(output) if output.strip() else {}
    assert ' error occurred (' in error, f'{arguments}: {code} {output} {error}'
    return error.split(' error occurred (')[1].split(')')[0], error


def check(step, error, answer):
    said = f"{step['action']} {json.dumps(step.get('input'))}: {error} {answer}"[:2000]
    assert error == step.get('error'), said
    assert step.get('says', '') in str(answer), said
    for path, expected in step.get('expect', {}).items():
        actual = at(answer, path)
        if path.split('.')[-1] == 'Data':
            actual = base64.b64decode(actual).decode()
        assert actual == expected, f'{path} of {said}'


def main():
    driver = create_clidriver()
    model = read_model(driver.subcommand_table[SERVICE].subcommand_table)
    saved = json.loads(GIVEN)
    seen = {}
    with open(TABLE, encoding='utf-8') as file:
        steps = json.load(file)['steps']
    for step in steps:
        known = model.get(step['action'])
        if not known or not known['isCommand'] or step.get('needs', step['action']) not in model:
            continue
        if set(step.get('input', {})) - set(known['members']):
            continue
        began = time.monotonic()
        times = 0
        while True:
            times += 1
            error, answer = call(driver, step, saved)
            if error == step.get('error') or times >= step.get('timesMax', 1 << 30):
                break
            if 'timesMax' not in step and (not step.get('isAwaited') or time.monotonic() - began > 60):
                break
        check(step, error, answer)
        if 'save' in step:
            saved[step['save']] = answer
        seen.setdefault(step['action'], []).append(step.get('error', 'success'))
    os.write(REAL_STDOUT, json.dumps({'seen': seen, 'model': model}).encode())


if __name__ == '__main__':
    main()
