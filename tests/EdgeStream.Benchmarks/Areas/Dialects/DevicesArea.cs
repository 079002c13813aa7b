using System.Globalization;
using EdgeStream.Benchmarks.Reporting;
using EdgeStream.Devices;
using EdgeStream.Storage;
using EdgeStream.Streams;
using EdgeStream.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeStream.Benchmarks.Areas.Dialects;

/// <summary>How fast each dialect's messages become records, from the topic to the append, and what they
/// allocate.</summary>
/// <remarks>One thread. The stream's durability is the kernel's, so that decoding is measured and not the
/// disk.</remarks>
internal sealed class DevicesArea : IBenchmarkArea
{
    private const int Messages = 500_000;
    private const int QuickMessages = 50_000;
    private const int WarmUpMessages = 20_000;
    private const int TurnMessages = 500;
    private const int SegmentSizeBytes = 64 << 20;

    /// <summary>Dialects whose messages must not allocate.</summary>
    private static readonly HashSet<string> Frugal = ["no dialect", "json", "bare", "senml", "sparkplug"];

    /// <inheritdoc/>
    public string Name => "devices";

    /// <inheritdoc/>
    public string Subject => "reading payloads by dialect: messages/s of one thread and bytes allocated per message; "
        + "10,000 scans a second of a buffer of the kernel";

    /// <inheritdoc/>
    public async Task<IReadOnlyList<ResultRow>> RunAsync(BenchmarkOptions options)
    {
        var results = new List<ResultRow>();
        foreach (var (name, route, topic, payload) in DialectSamples.All)
        {
            using var folder = new TemporaryFolder("devices");
            await using var store = StreamStore.Open(new StreamStoreOptions { Folder = folder.Path });
            foreach (var stream in (string[])["readings", "dead-letter"])
            {
                await store.CreateOrUpdateAsync(new StreamDefinition
                {
                    Name = stream, SegmentSizeBytes = SegmentSizeBytes, Durability = Durability.OperatingSystem,
                });
            }

            await using var pipeline = new IngestPipeline(
                new Router([route]), store, null, TimeProvider.System, NullLogger<IngestPipeline>.Instance);
            foreach (var (place, lesson) in DialectSamples.Lessons)
            {
                await pipeline.Ingest(DeviceSource.Mqtt, null, place, lesson).CompleteAsync();
            }

            await SendAsync(pipeline, topic, payload, WarmUpMessages);
            var refused = pipeline.Statistics.DeadLetteredMessages;
            var (seconds, bytes) = await SendAsync(
                pipeline, topic, payload, options.IsQuick ? QuickMessages : Messages);
            var count = options.IsQuick ? QuickMessages : Messages;
            if (pipeline.Statistics.DeadLetteredMessages != refused)
            {
                throw new InvalidOperationException($"The sample of {name} is not understood.");
            }

            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"{name}: {count / seconds:N0} messages/s, {bytes:0.00} bytes each"));
            results.Add(new ResultRow($"{name}: messages", count / seconds, "messages/s"));
            results.Add(Frugal.Contains(name)
                ? ResultRow.AtMost($"{name}: allocated", Math.Round(bytes, 1), "B/message", 0)
                : new ResultRow($"{name}: allocated", Math.Round(bytes, 1), "B/message"));
        }

        results.AddRange(await BufferCapture.RunAsync(options));
        return results;
    }

    /// <summary>Seconds of all messages, and bytes allocated for each in the best turn, of the thread that sends;
    /// waiting is not counted.</summary>
    /// <remarks>In other turns the log's own buffers grow, which serve every message after.</remarks>
    private static async Task<(double Seconds, double BytesEach)> SendAsync(
        IngestPipeline pipeline, byte[] topic, byte[] payload, int count)
    {
        var seconds = 0.0;
        var least = double.MaxValue;
        for (var sent = 0; sent < count;)
        {
            long bytes = 0;
            var (turn, ticket) = SendUntilBusy(
                pipeline, topic, payload, Math.Min(count - sent, TurnMessages), ref seconds, ref bytes);
            sent += turn;
            least = turn == TurnMessages ? Math.Min(least, (double)bytes / turn) : least;
            await ticket.Acknowledged;
        }

        return (seconds, least);
    }

    private static (int Sent, IngestTicket Last) SendUntilBusy(
        IngestPipeline pipeline, byte[] topic, byte[] payload, int count, ref double seconds, ref long bytes)
    {
        var ticket = default(IngestTicket);
        var sent = 0;
        var before = GC.GetAllocatedBytesForCurrentThread();
        var started = TimeProvider.System.GetTimestamp();
        for (; sent < count; sent++)
        {
            ticket = pipeline.Ingest(DeviceSource.Mqtt, "client", topic, payload, mayWait: false);
            if (ticket.Outcome == IngestOutcome.Busy)
            {
                break;
            }
        }

        seconds += TimeProvider.System.GetElapsedTime(started).TotalSeconds;
        bytes += GC.GetAllocatedBytesForCurrentThread() - before;
        return (sent, ticket);
    }
}
