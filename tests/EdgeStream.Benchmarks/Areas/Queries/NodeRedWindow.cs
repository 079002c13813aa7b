using System.Globalization;
using System.Text.Json;
using EdgeStream.Benchmarks.Measuring;
using EdgeStream.Testing;

namespace EdgeStream.Benchmarks.Areas.Queries;

/// <summary>The tumbling windows as the flow that a person would draw in Node-RED: a file by lines, a JSON node, a
/// function that keeps the groups, a node that takes their rows.</summary>
internal static class NodeRedWindow
{
    private const string Version = "4.1.8";
    private const string ResultName = "result.txt";

    private const string Settings = """
        module.exports = {
          uiHost: '127.0.0.1',
          functionGlobalContext: { now: () => performance.now() },
          logging: { console: { level: 'error' } },
          telemetry: { enabled: false, updateNotification: false },
          editorTheme: { projects: { enabled: false } },
        };
        """;

    private const string Window = """
        const reading = msg.payload;
        let state = context.get('state');
        if (!state) {
          state = { minute: null, groups: {}, started: global.get('now')() };
          context.set('state', state);
        }

        const out = [];
        const close = () => {
          for (const [sensor, group] of Object.entries(state.groups)) {
            const average = group.sum / group.count;
            out.push({ payload: { sensor, average, min: group.min, max: group.max, count: group.count } });
          }
          state.groups = {};
        };
        const minute = Math.floor(reading.time / 60000);
        if (minute !== state.minute) {
          close();
          state.minute = minute;
        }

        const value = reading.temperature;
        const group = state.groups[reading.sensor];
        if (group) {
          group.sum += value;
          group.count++;
          if (value < group.min) group.min = value;
          if (value > group.max) group.max = value;
        } else {
          state.groups[reading.sensor] = { sum: value, count: 1, min: value, max: value };
        }

        if (msg.parts && msg.parts.count !== undefined) {
          close();
          out.push({ lines: msg.parts.count, started: state.started });
        }
        return out.length > 0 ? [out] : null;
        """;

    private const string Rows = """
        const taken = context.get('taken') ?? { rows: 0, total: 0 };
        if (msg.lines !== undefined) {
          const seconds = (global.get('now')() - msg.started) / 1000;
          return { payload: `${seconds} ${msg.lines} ${taken.rows} ${taken.total}` };
        }
        const { sensor, average, min, max, count } = msg.payload;
        taken.rows++;
        taken.total += average + min + max + count + sensor.length;
        context.set('taken', taken);
        return null;
        """;

    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(5);

    /// <summary>Lets the flow read a file of lines, of which the last one has no end.</summary>
    /// <returns>The time from the first line in the function to the last row.</returns>
    public static async Task<QueryFigures> RunAsync(string linesFile)
    {
        var package = await NodePackage.InstallAsync("node-red", Version);
        using var folder = new TemporaryFolder("node-red");
        folder.Write("settings.js", Settings);
        var result = folder.Combine(ResultName);
        var port = FreePort.Next();
        await using var server = await PortServer.StartNodeAsync(
            port, [], Path.Combine(package, "red.js"), "--userDir", folder.Path,
            "--port", port.ToString(CultureInfo.InvariantCulture),
            folder.Write("flows.json", FlowOf(linesFile, result)));
        var text = "";
        await Poll.UntilAsync(
            () => File.Exists(result) && (text = File.ReadAllText(result)).EndsWith('\n'), Deadline);
        return QueryFigures.Parse(text);
    }

    private static string FlowOf(string linesFile, string result) => $$"""
        [
          {"id":"tab","type":"tab","label":"windows"},
          {"id":"start","z":"tab","x":100,"y":100,"type":"inject",
            "once":true,"onceDelay":0.1,"props":[],"wires":[["lines"]]},
          {"id":"lines","z":"tab","x":200,"y":100,"type":"file in","filename":{{Json(linesFile)}},"filenameType":"str",
            "format":"lines","wires":[["json"]]},
          {"id":"json","z":"tab","x":300,"y":100,"type":"json","property":"payload","action":"obj",
            "wires":[["window"]]},
          {"id":"window","z":"tab","x":400,"y":100,"type":"function",
            "outputs":1,"func":{{Json(Window)}},"wires":[["rows"]]},
          {"id":"rows","z":"tab","x":500,"y":100,"type":"function",
            "outputs":1,"func":{{Json(Rows)}},"wires":[["result"]]},
          {"id":"result","z":"tab","x":600,"y":100,"type":"file","filename":{{Json(result)}},"filenameType":"str",
            "appendNewline":true,"overwriteFile":"true","wires":[[]]}
        ]
        """;

    private static string Json(string text) => JsonSerializer.Serialize(text);
}
