using System.Globalization;
using EdgeStream.Storage;

namespace EdgeStream.Benchmarks.Cuts;

/// <summary>
/// Appends numbered records until it is killed, and says on standard output which are acknowledged.
/// </summary>
/// <remarks>
/// Lines, each written at once: <c>LAST n</c>, what was found intact, <c>START</c>, then <c>ACK n</c> once records
/// 1 to n are acknowledged. Several bursts are under way at once: a cut meets a commit with others waiting behind it.
/// </remarks>
internal sealed class CutWriter(CutLogs logs, Stream output)
{
    private const int BurstMax = 24;
    private const int BurstsInFlightMax = 4;
    private const int TickEveryBursts = 16;

    private readonly Queue<(long Number, Task Acknowledged)> _inFlight = [];
    private readonly byte[] _key = new byte[16];
    private readonly byte[] _value = new byte[CutRecord.ValueSizeBytesMax];

    /// <summary>Runs until the power goes, or an append or a commit fails.</summary>
    public async Task RunAsync()
    {
        var next = CutVerifier.LastIntact(logs) + 1;
        Print("LAST", next - 1);
        output.Write("START\n"u8);
        var random = new Random((int)next);
        for (var burst = 0; ; burst++)
        {
            var tasks = new List<Task>();
            for (var count = random.Next(1, BurstMax + 1); count > 0; count--)
            {
                tasks.Add(await AppendAsync(next++));
            }

            _inFlight.Enqueue((next - 1, Task.WhenAll(tasks)));
            await PrintAcknowledgedAsync();
            if (burst % TickEveryBursts == 0)
            {
                foreach (var log in logs.Logs)
                {
                    log.Tick();
                }
            }
        }
    }

    /// <summary>Tells what is acknowledged; waits for the oldest burst when too many are under way.</summary>
    private async ValueTask PrintAcknowledgedAsync()
    {
        while (_inFlight.TryPeek(out var oldest)
            && (oldest.Acknowledged.IsCompleted || _inFlight.Count > BurstsInFlightMax))
        {
            await oldest.Acknowledged;
            Print("ACK", oldest.Number);
            _inFlight.Dequeue();
        }
    }

    /// <summary>Appends a number to its log, unless that log is ahead of the others and has it already.</summary>
    private async ValueTask<Task> AppendAsync(long number)
    {
        var log = logs.Logs[CutRecord.LogOf(number)];
        if (CutRecord.NumberAt(CutRecord.LogOf(number), log.NewestSequence) >= number)
        {
            return Task.CompletedTask;
        }

        var key = _key.AsMemory(0, CutRecord.WriteKey(number, _key));
        var value = _value.AsMemory(0, CutRecord.WriteValue(number, _value));
        AppendStatus status;
        SequenceNumber sequence;
        while ((status = log.TryAppend(key.Span, value.Span, eventTime: null, out sequence)) == AppendStatus.Busy)
        {
            await log.WhenRoom();
        }

        if (status != AppendStatus.Accepted)
        {
            throw new IOException($"The log answered {status}: {log.Failure?.Message}");
        }

        return CutRecord.NumberAt(CutRecord.LogOf(number), sequence) == number
            ? log.WhenAcknowledged(sequence)
            : throw new InvalidDataException($"Number {number} got sequence number {sequence}.");
    }

    private void Print(string word, long number)
    {
        Span<byte> line = stackalloc byte[64];
        _ = System.Text.Unicode.Utf8.TryWrite(line, CultureInfo.InvariantCulture, $"{word} {number}\n", out var length);
        output.Write(line[..length]);
    }
}
