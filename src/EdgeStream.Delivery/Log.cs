using EdgeStream.Storage;
using Microsoft.Extensions.Logging;

namespace EdgeStream.Delivery;

/// <summary>What the room logs; event ids 4000 to 4999, never used again for something else.</summary>
internal static partial class Log
{
    [LoggerMessage(4000, LogLevel.Information, "Delivery {Delivery} of stream {Stream} to {Target} has started.")]
    public static partial void Started(ILogger logger, string delivery, string stream, string target);

    [LoggerMessage(4001, LogLevel.Information, "Delivery {Delivery} has stopped.")]
    public static partial void Stopped(ILogger logger, string delivery);

    [LoggerMessage(4002, LogLevel.Warning, "Delivery {Delivery} could not read or begin its ledger; it tries again.")]
    public static partial void StartDelayed(ILogger logger, Exception exception, string delivery);

    [LoggerMessage(4003, LogLevel.Warning,
        "Delivery {Delivery}, {Shard}: the destination did not accept ({Outcome}): {Reason}")]
    public static partial void DestinationRefused(
        ILogger logger, string delivery, string shard, SendOutcome outcome, string reason);

    [LoggerMessage(4004, LogLevel.Information, "Delivery {Delivery}, {Shard}: the destination accepts again.")]
    public static partial void DestinationRecovered(ILogger logger, string delivery, string shard);

    [LoggerMessage(4005, LogLevel.Error,
        "Delivery {Delivery}: the destination failed in a way it should not; it is tried again.")]
    public static partial void DestinationFaulted(ILogger logger, Exception exception, string delivery);

    [LoggerMessage(4006, LogLevel.Error, "Delivery {Delivery}, {Shard}: a step failed and is tried again.")]
    public static partial void StepFailed(ILogger logger, Exception exception, string delivery, string shard);

    [LoggerMessage(4007, LogLevel.Information,
        "Delivery {Delivery}, {Shard}: stopped before the destination answered; the batch goes after the next start.")]
    public static partial void StoppedWithPendingBatch(ILogger logger, string delivery, string shard);

    [LoggerMessage(4008, LogLevel.Information,
        "Delivery {Delivery}: {ObjectName} may not have been accepted before the last stop; "
        + "{Records} of {Expected} records are sent again.")]
    public static partial void ResendingBatch(
        ILogger logger, string delivery, string objectName, long records, long expected);

    [LoggerMessage(4009, LogLevel.Debug,
        "Delivery {Delivery}: {ObjectName} accepted, {Records} records in {Bytes} bytes.")]
    public static partial void BatchDelivered(
        ILogger logger, string delivery, string objectName, long records, long bytes);

    [LoggerMessage(4010, LogLevel.Warning,
        "Delivery {Delivery}, {Shard}: the ledger's position {Position} of stream {Stream} is not the stream's; "
        + "counting starts again at {Start}.")]
    public static partial void LedgerRestarted(
        ILogger logger, string delivery, string shard, string stream, long position, long start);

    [LoggerMessage(4011, LogLevel.Warning,
        "Delivery {Delivery}, {Shard}: the log ends at {Newest}, inside the pending batch {ObjectName}; "
        + "its records may be delivered twice.")]
    public static partial void PendingBatchBeyondLog(
        ILogger logger, string delivery, string shard, string objectName, long newest);

    [LoggerMessage(4012, LogLevel.Warning,
        "Delivery {Delivery}: {ObjectName} with {Bytes} bytes of lines was not accepted and exceeds the buffer of "
        + "{BufferBytes}; its records are collected again.")]
    public static partial void BatchSplit(
        ILogger logger, string delivery, string objectName, long bytes, long bufferBytes);

    [LoggerMessage(4016, LogLevel.Warning,
        "Delivery {Delivery}: {ObjectName} was refused, and is not what the objects are named by now; "
        + "its records are collected again.")]
    public static partial void BatchRenamed(ILogger logger, string delivery, string objectName);

    [LoggerMessage(4013, LogLevel.Warning,
        "Delivery {Delivery}, {Shard}: records {First} to {Last} cannot be delivered: they are {Reason}.")]
    public static partial void RecordsMissing(
        ILogger logger, string delivery, string shard, long first, long last, LogGapReason reason);

    [LoggerMessage(4014, LogLevel.Warning,
        "Delivery {Delivery}, {Shard}: {Count} aggregated records before {Sequence} are passed over: they hold keys of "
        + "another shard, and their producer puts them again.")]
    public static partial void RecordsMisplaced(
        ILogger logger, string delivery, string shard, long count, long sequence);

    [LoggerMessage(4015, LogLevel.Warning,
        "Delivery {Delivery}, {Shard}: the account by hours does not fit the ledger; it begins anew with its totals.")]
    public static partial void AccountRestarted(ILogger logger, string delivery, string shard);

    [LoggerMessage(4030, LogLevel.Warning,
        "Delivery {Delivery}, {Shard}: {Count} segments do not fit those before them, or the log, which ends at "
        + "{Newest}; what is counted of them is forgotten.")]
    public static partial void SegmentsForgotten(
        ILogger logger, string delivery, string shard, int count, long newest);

    [LoggerMessage(4031, LogLevel.Information,
        "Delivery {Delivery}, {Shard}: what has waited up to {Through} is history; it is delivered beside what comes "
        + "now.")]
    public static partial void Parted(ILogger logger, string delivery, string shard, long through);

    [LoggerMessage(4032, LogLevel.Information, "Delivery {Delivery}, {Shard}: all of its history is delivered.")]
    public static partial void HistoryDrained(ILogger logger, string delivery, string shard);

    [LoggerMessage(4033, LogLevel.Warning,
        "The kernel does not tell of changes of the network; deliveries notice by themselves that a link is back.")]
    public static partial void LinksUnwatched(ILogger logger, Exception exception);

    [LoggerMessage(4017, LogLevel.Warning,
        "Delivery {Delivery}, {Shard}: {Records} records that the destination refuses for good are put aside in "
        + "{Stream}, the first of them {First}: {Code}: {Reason}")]
    public static partial void RecordsRejected(
        ILogger logger, string delivery, string shard, int records, string? stream, long first, string code,
        string reason);

    [LoggerMessage(4018, LogLevel.Warning,
        "Delivery {Delivery}: the destination does not take the object {ObjectName} with rejected records, which the "
        + "error stream has: {Reason}")]
    public static partial void ErrorObjectRefused(
        ILogger logger, string delivery, string objectName, string? reason);

    [LoggerMessage(4019, LogLevel.Warning,
        "Delivery {Delivery}: {ObjectName} with {Records} records is too large for the destination; they are sent in "
        + "smaller batches.")]
    public static partial void BatchHalved(ILogger logger, string delivery, string objectName, long records);

    [LoggerMessage(4025, LogLevel.Warning,
        "Delivery {Delivery}: {ObjectName} lacks {Values} values that do not fit their columns.")]
    public static partial void ValuesUnfit(ILogger logger, string delivery, string objectName, long values);

    [LoggerMessage(4020, LogLevel.Information,
        "Delivery {Delivery}: {Objects} oldest objects removed from {Folder} to stay within {MaximumBytes} bytes.")]
    public static partial void OldestRemoved(
        ILogger logger, string delivery, long objects, string folder, long maximumBytes);

    [LoggerMessage(4021, LogLevel.Information,
        "Delivery {Delivery}: every record of {ObjectName} is refused, which may not be their own fault; they are "
        + "collected again with what has come since.")]
    public static partial void BatchExtended(ILogger logger, string delivery, string objectName);

    [LoggerMessage(4029, LogLevel.Information, "Delivery {Delivery}, {Shard}: the transform says: {Line}")]
    public static partial void TransformSaid(ILogger logger, string delivery, string shard, string line);

    [LoggerMessage(4040, LogLevel.Information,
        "Delivery {Delivery}, {Shard}: what was asked to be sent now waits until {Until:u}: the link may not be used "
        + "before ({Hold}).")]
    public static partial void FlushHeld(
        ILogger logger, string delivery, string shard, LinkHold hold, DateTimeOffset until);

    [LoggerMessage(4047, LogLevel.Warning,
        "Delivery {Delivery}, {Shard}: the destination has other records under ids of {ObjectName} that were never "
        + "sent: the data folder was set back in time, or another gateway has a copy of it. The records get new ids, "
        + "as {NewName}; what was sent from there, and is not known here, may come twice.")]
    public static partial void IdsRenewed(
        ILogger logger, string delivery, string shard, string objectName, string newName);

    [LoggerMessage(4046, LogLevel.Warning,
        "Delivery {Delivery}: {LedgerTable} says that the records of {Series} are in the table up to {Row}, but "
        + "{Record} arrived later than all of those: the data folder was set back in time, or another gateway has a "
        + "copy of it. Records go in from {Record} on; the others stay in the table.")]
    public static partial void TableAhead(
        ILogger logger, string delivery, string ledgerTable, string series, long row, long record);
}
