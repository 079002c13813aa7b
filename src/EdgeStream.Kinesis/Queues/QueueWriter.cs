using System.Buffers.Text;
using System.Text;
using EdgeStream.Storage;
using EdgeStream.Streams;

namespace EdgeStream.Kinesis;

/// <summary>Writes what is told of queues, and their records.</summary>
internal static class QueueWriter
{
    private const int HeadSizeBytesMax = 1024;

    private static readonly MemberName DeadLetterConfiguration = new("DeadLetterConfiguration");
    private static readonly MemberName Failed = new("Failed");
    private static readonly MemberName FirstReceiveTimestamp = new("FirstReceiveTimestamp");
    private static readonly MemberName MaxReceiveCount = new("MaxReceiveCount");
    private static readonly MemberName QueueArn = new("QueueARN");
    private static readonly MemberName QueueAttributes = new("QueueAttributes");
    private static readonly MemberName QueueCreationTimestamp = new("QueueCreationTimestamp");
    private static readonly MemberName QueueDescription = new("QueueDescription");
    private static readonly MemberName QueueName = new("QueueName");
    private static readonly MemberName QueueStatus = new("QueueStatus");
    private static readonly MemberName QueueSummaries = new("QueueSummaries");
    private static readonly MemberName ReceiptHandle = new("ReceiptHandle");
    private static readonly MemberName ReceiveCount = new("ReceiveCount");
    private static readonly MemberName RecordId = new("RecordId");
    private static readonly MemberName StreamConfigurationList = new("StreamConfigurationList");
    private static readonly MemberName StreamsName = new("Streams");
    private static readonly MemberName Successful = new("Successful");
    private static readonly MemberName TargetType = new("TargetType");
    private static readonly MemberName TimestampName = new("Timestamp");
    private static readonly MemberName VisibilityTimeoutSeconds = new("VisibilityTimeoutSeconds");

    /// <summary>Writes the answer that is one queue.</summary>
    internal static void WriteDescription(ActionCall call, RecordQueue queue)
    {
        var response = call.Response;
        var options = queue.Options;
        response.BeginStructure();
        response.BeginStructure(QueueDescription);
        WriteIdentity(call, queue);
        response.BeginList(StreamConfigurationList);
        response.BeginStructure();
        response.Text(Members.StreamArn, call.Service.Names.OfStream(queue.Stream.Name));
        response.BeginStructure(GroupMembers.StartingPosition);
        WriteStart(response, queue);
        response.EndStructure();
        response.EndStructure();
        response.EndList();
        response.BeginStructure(QueueAttributes);
        response.BeginStructure(DeadLetterConfiguration);
        response.Text(TargetType, options.ReceivesMax is null ? "NONE" : "BUILT_IN");
        if (options.ReceivesMax is { } max)
        {
            response.Number(MaxReceiveCount, max);
        }

        response.EndStructure();
        response.Number(VisibilityTimeoutSeconds, (long)options.VisibilityTimeout.TotalSeconds);
        response.EndStructure();
        response.EndStructure();
        response.EndStructure();
    }

    /// <summary>Writes a page of queues.</summary>
    internal static void WriteSummaries(ActionCall call, IReadOnlyList<RecordQueue> queues, string? nextToken)
    {
        var response = call.Response;
        response.BeginStructure();
        response.BeginList(QueueSummaries);
        foreach (var queue in queues)
        {
            response.BeginStructure();
            WriteIdentity(call, queue);
            response.BeginList(StreamsName);
            response.BeginStructure();
            response.Text(Members.StreamArn, call.Service.Names.OfStream(queue.Stream.Name));
            response.Time(Members.StreamCreationTimestamp, queue.Stream.Attributes.CreatedAt);
            response.EndStructure();
            response.EndList();
            response.EndStructure();
        }

        response.EndList();
        response.TextIfAny(Members.NextToken, nextToken);
        response.EndStructure();
    }

    /// <summary>Writes the records that were received, sending them as they become a chunk.</summary>
    /// <remarks>The queue is told of those that the disk has lost: it would give them out again and again.</remarks>
    /// <exception cref="ApiException">There was no room for the first ones for too long; they come again.</exception>
    internal static async ValueTask WriteRecordsAsync(
        ActionCall call, RecordQueue queue, IReadOnlyList<QueueReceipt> receipts)
    {
        call.Response.BeginStructure();
        call.Response.BeginList(Members.Records);
        foreach (var receipt in receipts)
        {
            if (TryWrite(call, queue, receipt) is not 0 and var missing)
            {
                await call.Output.ReserveAsync(missing, ErrorType.Throttling, call.Aborted).ConfigureAwait(false);
                TryWrite(call, queue, receipt);
            }

            await call.Output.DrainAsync(ErrorType.Throttling, call.Aborted).ConfigureAwait(false);
        }

        call.Response.EndList();
        call.Response.EndStructure();
    }

    /// <summary>Writes what became of each entry.</summary>
    internal static void WriteResults(
        ActionCall call, IReadOnlyList<string> handles, Func<int, (string Code, string Text)?> errorOf)
    {
        var response = call.Response;
        response.BeginStructure();
        response.BeginList(Successful);
        for (var i = 0; i < handles.Count; i++)
        {
            if (errorOf(i) is null)
            {
                response.BeginStructure();
                response.Text(ReceiptHandle, handles[i]);
                response.EndStructure();
            }
        }

        response.EndList();
        response.BeginList(Failed);
        for (var i = 0; i < handles.Count; i++)
        {
            if (errorOf(i) is { } error)
            {
                response.BeginStructure();
                response.Text(ReceiptHandle, handles[i]);
                response.Text(Members.ErrorCode, error.Code);
                response.Text(Members.ErrorMessage, error.Text);
                response.EndStructure();
            }
        }

        response.EndList();
        response.EndStructure();
    }

    /// <returns>How many bytes of room are missing; 0 where it is written, or can't be read any more.</returns>
    private static int TryWrite(ActionCall call, RecordQueue queue, QueueReceipt receipt)
    {
        using var reader = receipt.Shard.OpenReader(ShardPosition.At(receipt.Sequence));
        if (reader.Read(out var record) != LogReadStep.Record || record.Sequence != receipt.Sequence)
        {
            queue.PassLost(receipt);
            return 0;
        }

        var size = Base64.GetMaxEncodedToUtf8Length(record.Data.Length) + (6 * record.PartitionKey.Length)
            + HeadSizeBytesMax;
        if (size > AnswerOutput.ChunkSizeBytes && !call.Output.TryReserve(size))
        {
            return size;
        }

        var response = call.Response;
        response.BeginStructure();
        response.Time(Members.ApproximateArrivalTimestamp, record.ArrivalTime);
        response.Blob(Members.Data, record.Data);
        response.Time(FirstReceiveTimestamp, receipt.FirstReceivedAt);
        if (!record.PartitionKey.IsEmpty)
        {
            response.Text(Members.PartitionKey, Encoding.UTF8.GetString(record.PartitionKey));
        }

        response.Text(ReceiptHandle, QueueHandle.Write(call, queue, receipt));
        response.Number(ReceiveCount, receipt.Receives);
        response.Text(RecordId, receipt.Shard.NumberOf(receipt.Sequence).ToString());
        response.EndStructure();
        return 0;
    }

    private static void WriteIdentity(ActionCall call, RecordQueue queue)
    {
        call.Response.Text(QueueName, queue.Name);
        call.Response.Text(QueueArn, QueueActions.ArnOf(call.Service.Names, queue));
        call.Response.Text(QueueStatus, "ACTIVE"u8);
        call.Response.Time(QueueCreationTimestamp, queue.CreatedAt);
    }

    /// <summary>Where the queue began: no earlier than the stream's records did when it was made.</summary>
    private static void WriteStart(ResponseWriter response, RecordQueue queue)
    {
        var start = queue.Options.Start;
        var retention = queue.Stream.Definition.RetentionAge;
        var horizon = Max(
            queue.Stream.Attributes.CreatedAt,
            new Timestamp(queue.CreatedAt.UnixMicroseconds - (retention.Ticks / TimeSpan.TicksPerMicrosecond)));
        var (word, time) = start.Kind switch
        {
            ShardPositionKind.Latest => ("LATEST", queue.CreatedAt),
            ShardPositionKind.AtTimestamp => ("AT_TIMESTAMP", Max(start.Time, horizon)),
            _ => ("TRIM_HORIZON", horizon),
        };
        response.Text(GroupMembers.Type, word);
        response.Time(TimestampName, time);
    }

    private static Timestamp Max(Timestamp left, Timestamp right) => left > right ? left : right;
}
