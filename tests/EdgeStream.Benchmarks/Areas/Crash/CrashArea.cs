using EdgeStream.Benchmarks.Reporting;
using EdgeStream.Testing;

namespace EdgeStream.Benchmarks.Areas.Crash;

/// <summary>Kills the native gateway at random moments while devices publish, and audits every promise after every
/// restart.</summary>
internal sealed class CrashArea : IBenchmarkArea
{
    private const int RoundsDefault = 100;
    private const int QuickRounds = 10;

    /// <inheritdoc/>
    public string Name => "crash";

    /// <inheritdoc/>
    public string Subject => "kill -9 at random under load: what is lost, out of order or repeated";

    /// <inheritdoc/>
    public async Task<IReadOnlyList<ResultRow>> RunAsync(BenchmarkOptions options)
    {
        var rounds = options.Rounds ?? (options.IsQuick ? QuickRounds : RoundsDefault);
        Console.WriteLine($"  {rounds} rounds, seed {options.Seed}");
        using var folder = new TemporaryFolder("crash");
        await using var run = new CrashRun(folder, options.Seed);
        await run.StartAsync();
        for (var round = 1; round <= rounds; round++)
        {
            await run.KillAsync();
            await run.RestartAsync();
            var audit = await run.AuditAsync();
            Console.WriteLine($"  round {round}: {audit}");
            foreach (var violation in audit.Violations)
            {
                Console.WriteLine($"    {violation}");
            }
        }

        return Rows(options.Seed, rounds, await run.FinishAsync());
    }

    private static IReadOnlyList<ResultRow> Rows(int seed, int rounds, CrashOutcome outcome) =>
    [
        new ResultRow($"kill -9 rounds, seed {seed}", rounds, "rounds"),
        new ResultRow("of them while starting", outcome.KillsWhileStarting, "kills"),
        new ResultRow("acknowledged messages", outcome.Audit.AcknowledgedCount, "messages"),
        ResultRow.Exactly("acknowledged and lost", outcome.Audit.LostCount, "messages", 0),
        ResultRow.Exactly("out of order within their key", outcome.Audit.OutOfOrderCount, "messages", 0),
        ResultRow.Exactly("repeated by the gateway's own doing", outcome.Audit.RepeatedCount, "messages", 0),
        new ResultRow("repeated since the device re-sent them unacknowledged", outcome.Audit.ResentCount, "messages"),
        ResultRow.Exactly("never sent, or holes in the sequence numbers", outcome.OtherViolations, "records", 0),
        new ResultRow("records in the stream", outcome.StoredCount, "records"),
        ResultRow.Exactly("missing in the delivered files", outcome.UndeliveredCount, "records", 0),
        ResultRow.Exactly("repeated over the delivered files", outcome.DeliveredTwiceCount, "records", 0),
        new ResultRow("delivered files", outcome.DeliveredFiles, "files"),
        new ResultRow("restart to ready, median", outcome.ReadyMsMedian, "ms"),
        new ResultRow("restart to ready, slowest", outcome.ReadyMsMax, "ms"),
    ];
}
