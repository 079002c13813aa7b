using System.Buffers;
using EdgeStream.Streams;

namespace EdgeStream.Kinesis;

/// <summary>PutRecord and PutRecordBatch: answered when every record is durable.</summary>
internal static class DeliveryPutActions
{
    private const int BatchSizeBytesMax = 4 << 20;

    // A refused record's answer, with the longest text.
    private const int AnswerSizeBytesPerRecord = 256;

    internal static async ValueTask PutRecordAsync(ActionCall call)
    {
        var delivery = call.PutTarget();
        try
        {
            var stream = delivery.Source ?? throw Unavailable(PutStatus.Failed);
            var key = delivery.Key;
            var record = call.Request.Member("Record", "Data");
            var (status, receipt) = await PutAsync(call, stream, key, record).ConfigureAwait(false);
            if (status == PutStatus.Accepted)
            {
                status = await AcknowledgeAsync(call, receipt).ConfigureAwait(false);
            }

            if (status != PutStatus.Accepted)
            {
                throw Unavailable(status);
            }

            call.Service.Statistics.CountPut(1, 0);
            call.Response.BeginStructure();
            WriteId(call.Response, receipt);
            call.Response.Flag(FirehoseMembers.Encrypted, delivery.Record.KeyType is not null);
            call.Response.EndStructure();
        }
        finally
        {
            delivery.Puts.Leave();
        }
    }

    internal static async ValueTask PutRecordBatchAsync(ActionCall call)
    {
        var delivery = call.PutTarget();
        var list = call.Request.Member("Records");
        var puts = ArrayPool<(PutStatus Status, AppendReceipt Receipt)>.Shared.Rent(list.Length);
        try
        {
            var stream = delivery.Source ?? throw Unavailable(PutStatus.Failed);
            CheckSize(call.Request, list);

            // Behind the first record it would be too late to refuse.
            await call.Output
                .ReserveAsync(list.Length * AnswerSizeBytesPerRecord, ErrorType.ServiceUnavailableNow, call.Aborted)
                .ConfigureAwait(false);
            var key = delivery.Key;
            var count = 0;
            for (var at = list.Start; at != 0; at = call.Request.At(at).Next)
            {
                var record = call.Request.At(call.Request.At(at).Start);
                puts[count++] = await PutAsync(call, stream, key, record).ConfigureAwait(false);
            }

            for (var i = 0; i < count; i++)
            {
                if (puts[i].Status == PutStatus.Accepted)
                {
                    puts[i].Status = await AcknowledgeAsync(call, puts[i].Receipt).ConfigureAwait(false);
                }
            }

            Write(call, delivery, puts.AsSpan(0, count));
        }
        finally
        {
            Array.Clear(puts, 0, list.Length);
            ArrayPool<(PutStatus Status, AppendReceipt Receipt)>.Shared.Return(puts);
            delivery.Puts.Leave();
        }
    }

    extension(ActionCall call)
    {
        /// <summary>The delivery stream that takes the request's records; its gate has been entered.</summary>
        private DeliveryStream PutTarget()
        {
            var name = call.DeliveryStreamName;
            if (!call.Firehose.TryGet(name, out var delivery) && !call.Firehose.TryGetConfigured(name, out _))
            {
                throw call.NoDeliveryStream();
            }

            if (delivery is null || delivery.Record.Source is not null)
            {
                throw ApiException.InvalidArgument(
                    "This operation is not permitted on KinesisStreamAsSource delivery stream type.");
            }

            return delivery.Puts.TryEnter() ? delivery : throw call.NoDeliveryStream();
        }
    }

    private static async ValueTask<(PutStatus Status, AppendReceipt Receipt)> PutAsync(
        ActionCall call, DataStream stream, byte[] key, RequestValue record)
    {
        while (true)
        {
            var status = stream.TryPut(null, key, call.Request.BytesOf(record), out var receipt);
            if (status != PutStatus.Busy)
            {
                return (status, receipt);
            }

            await stream.WhenRoom(DataStream.HashKeyOf(key)).WaitAsync(call.Aborted).ConfigureAwait(false);
        }
    }

    private static async ValueTask<PutStatus> AcknowledgeAsync(ActionCall call, AppendReceipt receipt)
    {
        try
        {
            await call.Service.Acknowledged(receipt);
            return PutStatus.Accepted;
        }
        catch (IOException)
        {
            return PutStatus.Failed;
        }
    }

    private static void CheckSize(RequestValues request, in RequestValue list)
    {
        long size = 0;
        for (var at = list.Start; at != 0; at = request.At(at).Next)
        {
            size += request.At(request.At(at).Start).Length;
        }

        if (size > BatchSizeBytesMax)
        {
            throw ApiException.InvalidArgument("Records size exceeds 4 MB limit");
        }
    }

    private static void Write(
        ActionCall call, DeliveryStream delivery, ReadOnlySpan<(PutStatus Status, AppendReceipt Receipt)> puts)
    {
        var response = call.Response;
        var failed = 0;
        response.BeginStructure();
        response.BeginList(FirehoseMembers.RequestResponses);
        foreach (var (status, receipt) in puts)
        {
            response.BeginStructure();
            if (status == PutStatus.Accepted)
            {
                WriteId(response, receipt);
            }
            else
            {
                failed++;
                var refusal = Unavailable(status);
                response.Text(Members.ErrorCode, refusal.Type);
                response.Text(Members.ErrorMessage, refusal.Text!);
            }

            response.EndStructure();
        }

        response.EndList();
        response.Number(FirehoseMembers.FailedPutCount, failed);
        response.Flag(FirehoseMembers.Encrypted, delivery.Record.KeyType is not null);
        response.EndStructure();
        call.Service.Statistics.CountPut(puts.Length - failed, failed);
    }

    private static void WriteId(ResponseWriter response, AppendReceipt receipt)
    {
        Span<byte> digits = stackalloc byte[KinesisSequenceNumber.Length];
        receipt.Shard.NumberOf(receipt.Sequence).TryFormat(digits);
        response.PlainText(FirehoseMembers.RecordId, digits);
    }

    private static ApiException Unavailable(PutStatus status) => new(
        ErrorType.ServiceUnavailableNow,
        status switch
        {
            PutStatus.DiskFull => "The gateway has no room for the record. Try again when its destination has taken "
                + "what waits.",
            PutStatus.ThroughputExceeded => "Slow down.",
            _ => "The delivery stream takes no records since a write failed.",
        },
        503);
}
