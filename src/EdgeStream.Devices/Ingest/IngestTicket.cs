using EdgeStream.Storage;
using EdgeStream.Streams;

namespace EdgeStream.Devices;

/// <summary>What became of one message so far, and when it is final.</summary>
public readonly struct IngestTicket
{
    private readonly AppendReceipt _receipt;
    private readonly Task? _later;

    internal IngestTicket(IngestOutcome outcome, in LaneReceipt receipt)
    {
        Outcome = outcome;
        _receipt = receipt.Appended;
        _later = receipt.Later;
    }

    /// <summary>
    /// <see cref="IngestOutcome.Accepted"/> and <see cref="IngestOutcome.DeadLettered"/> are final once
    /// <see cref="Acknowledged"/> has completed without an exception; every other outcome is final already.
    /// </summary>
    public IngestOutcome Outcome { get; }

    /// <summary>
    /// Completes when the record is as durable as its stream promises; shared with other messages. Fails with a
    /// <see cref="StreamException"/> when the message was refused, and with an <see cref="IOException"/> when the write
    /// failed. Of a message that was busy and may not wait: completes when it is worth another try.
    /// </summary>
    public Task Acknowledged => _later ?? _receipt.WhenAcknowledged();

    /// <summary>
    /// The same, but what waits may go on upon the thread that commits: only for who hands on at once. See
    /// <see cref="AppendReceipt.WhenAcknowledgedOnCommitter"/>.
    /// </summary>
    public Task AcknowledgedOnCommitter => _later ?? _receipt.WhenAcknowledgedOnCommitter();

    /// <summary>Waits for the acknowledgement and tells the final outcome; throws nothing.</summary>
    /// <remarks>Acknowledge the message to its sender only if this is Accepted or DeadLettered.</remarks>
    public async ValueTask<IngestOutcome> CompleteAsync()
    {
        if (Outcome > IngestOutcome.DeadLettered)
        {
            return Outcome;
        }

        try
        {
            await Acknowledged.ConfigureAwait(false);
            return Outcome;
        }
        catch (StreamException exception)
        {
            return OutcomeOf(exception.Status);
        }
        catch (Exception exception)
            when (exception is IOException or ObjectDisposedException or OperationCanceledException)
        {
            // The stream's own log entry tells the error; to the sender, the message did not arrive.
            return IngestOutcome.Failed;
        }
    }

    internal static IngestOutcome OutcomeOf(AppendStatus status) => status switch
    {
        AppendStatus.Accepted => IngestOutcome.Accepted,
        AppendStatus.Busy => IngestOutcome.Busy,
        AppendStatus.DiskFull => IngestOutcome.DiskFull,
        AppendStatus.TooLarge => IngestOutcome.TooLarge,
        _ => IngestOutcome.Failed,
    };
}
