using System.Globalization;
using System.Text.Json;
using EdgeStream.Benchmarks.Measuring;
using EdgeStream.Testing;

namespace EdgeStream.Benchmarks.Areas.Delivery;

/// <summary>The flow that a person would draw: a file by lines, batches of lines, gzip, an HTTP request each.</summary>
internal static class NodeRedFlow
{
    private const string Version = "4.1.8";
    private const int LinesPerBatch = 20_000;

    private const string Settings = """
        module.exports = {
          uiHost: '127.0.0.1',
          functionGlobalContext: { zlib: require('node:zlib') },
          logging: { console: { level: 'error' } },
          telemetry: { enabled: false, updateNotification: false },
          editorTheme: { projects: { enabled: false } },
        };
        """;

    private const string Batch = """
        const lines = context.get('lines') ?? [];
        lines.push(msg.payload);
        const isLast = msg.parts && msg.parts.count !== undefined;
        if (lines.length < LINES && !isLast) {
          context.set('lines', lines);
          return null;
        }
        context.set('lines', []);
        return {
          headers: { 'content-encoding': 'gzip', 'x-records': String(lines.filter(line => line).length) },
          payload: global.get('zlib').gzipSync(lines.join('\n') + '\n'),
        };
        """;

    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(10);

    /// <summary>Lets the flow send a file of lines.</summary>
    public static async Task<DeliveryRun> RunAsync(string linesFile, long lineCount)
    {
        var package = await NodePackage.InstallAsync("node-red", Version);
        using var folder = new TemporaryFolder("node-red");
        await using var sink = await CountingSink.StartAsync(folder);
        folder.Write("settings.js", Settings);
        var port = FreePort.Next();
        await using var server = await PortServer.StartNodeAsync(
            port, [], Path.Combine(package, "red.js"), "--userDir", folder.Path,
            "--port", port.ToString(CultureInfo.InvariantCulture),
            folder.Write("flows.json", FlowOf(linesFile, sink.Url)));
        var started = TimeProvider.System.GetTimestamp();
        var processor = ProcessTree.ProcessorSeconds(server.ProcessId);
        var memory = new MemoryPeak(() => ProcessTree.AnonymousMiB(server.ProcessId));
        await Poll.UntilAsync(
            async () =>
            {
                memory.Look();
                return await sink.CountAsync() >= lineCount;
            },
            Deadline);
        return new DeliveryRun(
            TimeProvider.System.GetElapsedTime(started).TotalSeconds,
            ProcessTree.ProcessorSeconds(server.ProcessId) - processor,
            memory.MostMiB);
    }

    private static string FlowOf(string linesFile, string url) => $$"""
        [
          {"id":"tab","type":"tab","label":"backlog"},
          {"id":"start","z":"tab","x":100,"y":100,"type":"inject",
            "once":true,"onceDelay":0.1,"props":[],"wires":[["lines"]]},
          {"id":"lines","z":"tab","x":200,"y":100,"type":"file in","filename":{{Json(linesFile)}},"filenameType":"str",
            "format":"lines","wires":[["batch"]]},
          {"id":"batch","z":"tab","x":300,"y":100,"type":"function",
            "outputs":1,"func":{{Json(BatchOf())}},"wires":[["send"]]},
          {"id":"send","z":"tab","x":400,"y":100,"type":"http request",
            "method":"PUT","ret":"txt","url":{{Json(url)}},"wires":[[]]}
        ]
        """;

    private static string BatchOf() => Batch.Replace(
        "LINES", LinesPerBatch.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal);

    private static string Json(string text) => JsonSerializer.Serialize(text);
}
