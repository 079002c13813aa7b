using System.Buffers;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using EdgeStream.Storage;
using EdgeStream.Streams;

namespace EdgeStream.Kinesis;

/// <summary>PutRecord and PutRecords: answered when every record is as durable as its stream promises.</summary>
internal static class PutActions
{
    private const int RequestSizeBytesMax = 10 << 20;

    // A refused record's answer, with the longest names.
    private const int AnswerSizeBytesPerRecord = 384;

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    internal static async ValueTask PutRecordAsync(ActionCall call)
    {
        var request = call.Request;
        var stream = call.Stream();
        CheckSize(stream, request.Member("Data").Length, request.Member("PartitionKey").Length, "data");
        CheckOrdering(call, stream);
        var hashKey = HashKeyOf(request, request.Member("ExplicitHashKey"));
        var key = request.MemoryOf(request.Member("PartitionKey"));
        var data = request.MemoryOf(request.Member("Data"));
        call.Producer?.Check(1);
        call.EndDryRun();
        while (true)
        {
            var status = stream.TryPut(
                hashKey, key.Span, data.Span, call.Producer is { } producer ? producer.StampOf(0) : default,
                out var receipt);
            if (status == PutStatus.Busy)
            {
                await stream.WhenRoom(hashKey ?? DataStream.HashKeyOf(key.Span)).WaitAsync(call.Aborted)
                    .ConfigureAwait(false);
                continue;
            }

            if (status != PutStatus.Accepted)
            {
                throw AsAnswer(Refusal(call, stream, receipt.Shard.Id, status));
            }

            await AcknowledgeAsync(call, stream, receipt).ConfigureAwait(false);
            call.Service.Statistics.CountPut(1, 0);
            if (receipt.IsDuplicate)
            {
                call.AnswerHeaders[ProducerHeaders.Recognised] = "0";
            }

            Write(call.Response, stream, receipt);
            return;
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private static async ValueTask AcknowledgeAsync(ActionCall call, DataStream stream, AppendReceipt receipt)
    {
        try
        {
            await call.Service.Acknowledged(receipt);
        }
        catch (IOException)
        {
            throw AsAnswer(Refusal(call, stream, receipt.Shard.Id, PutStatus.Failed));
        }
    }

    /// <summary>A refusal as the answer to a whole call, where the service spells this type differently.</summary>
    private static ApiException AsAnswer(ApiException refusal) => refusal.Type == ErrorType.InternalFailure
        ? new ApiException(ErrorType.InternalFailureAnswer, refusal.Text, refusal.StatusCode)
        : refusal;

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    internal static async ValueTask PutRecordsAsync(ActionCall call)
    {
        var stream = call.Stream();
        var list = call.Request.Member("Records");
        Check(call.Request, list, stream);
        call.Producer?.Check(list.Length);
        call.EndDryRun();

        // Behind the first record it would be too late to refuse.
        await call.Output
            .ReserveAsync(list.Length * AnswerSizeBytesPerRecord, ErrorType.Throughput, call.Aborted)
            .ConfigureAwait(false);
        var puts = ArrayPool<RecordPut>.Shared.Rent(list.Length);
        try
        {
            Collect(call.Request, list, puts);
            var from = 0;
            while ((from = PutFrom(from, call, stream, puts.AsSpan(0, list.Length))) < list.Length)
            {
                var hashKey = puts[from].HashKey
                    ?? DataStream.HashKeyOf(call.Request.BytesOf(call.Request.At(puts[from].At)));
                await stream.WhenRoom(hashKey).WaitAsync(call.Aborted).ConfigureAwait(false);
            }

            await AcknowledgeAsync(call.Service, puts, list.Length).ConfigureAwait(false);
            if (call.Producer is not null && RecognisedOf(puts.AsSpan(0, list.Length)) is { } recognised)
            {
                call.AnswerHeaders[ProducerHeaders.Recognised] = recognised;
            }

            Write(call, stream, puts.AsSpan(0, list.Length));
        }
        finally
        {
            Array.Clear(puts, 0, list.Length);
            ArrayPool<RecordPut>.Shared.Return(puts);
        }
    }

    /// <summary>What the whole request must satisfy before its first record is put.</summary>
    private static void Check(RequestValues request, in RequestValue list, DataStream stream)
    {
        long size = 0;
        var number = 1;
        for (var at = list.Start; at != 0; at = request.At(at).Next, number++)
        {
            var first = request.At(at).Start;
            var data = request.At(first + RecordPlace.Data).Length;
            var key = request.At(first + RecordPlace.PartitionKey).Length;
            if (data + key > stream.Attributes.RecordSizeBytesMax)
            {
                CheckSize(stream, data, key, $"records.{number}.member.data");
            }

            size += data + key;
        }

        if (size > RequestSizeBytesMax)
        {
            throw ApiException.InvalidArgument("Records size exceeds 10 MB limit");
        }
    }

    private static void CheckSize(DataStream stream, int dataSizeBytes, int keySizeBytes, string path)
    {
        var limit = stream.Attributes.RecordSizeBytesMax;
        if (dataSizeBytes > limit)
        {
            throw ApiException.Validation(
                $"1 validation error detected: Value 'java.nio.HeapByteBuffer[pos=0 lim={dataSizeBytes} "
                    + $"cap={dataSizeBytes}]' at '{path}' failed to satisfy constraint: Member must have length less "
                    + $"than or equal to {limit}");
        }

        if (dataSizeBytes + keySizeBytes > limit)
        {
            throw ApiException.InvalidArgument(
                $"Record of {dataSizeBytes + keySizeBytes} bytes, its partition key included, exceeds the limit of "
                    + $"{limit} bytes of stream {stream.Name}.");
        }
    }

    private static void Collect(RequestValues request, in RequestValue list, RecordPut[] puts)
    {
        var index = 0;
        for (var at = list.Start; at != 0; at = request.At(at).Next)
        {
            var first = request.At(at).Start;
            puts[index++] = new RecordPut
            {
                At = first,
                HashKey = HashKeyOf(request, request.At(first + RecordPlace.ExplicitHashKey)),
            };
        }
    }

    /// <summary>Puts records in their order until one has to wait.</summary>
    /// <returns>Its place; the number of records when all are put or refused.</returns>
    private static int PutFrom(int from, ActionCall call, DataStream stream, Span<RecordPut> puts)
    {
        var request = call.Request;
        var producer = call.Producer;
        for (var i = from; i < puts.Length; i++)
        {
            ref var put = ref puts[i];
            put.Status = stream.TryPut(
                put.HashKey,
                request.BytesOf(request.At(put.At + RecordPlace.PartitionKey)),
                request.BytesOf(request.At(put.At + RecordPlace.Data)),
                producer is null ? default : producer.StampOf(i),
                out put.Receipt);
            if (put.Status == PutStatus.Busy)
            {
                return i;
            }
        }

        return puts.Length;
    }

    /// <summary>Waits for the last new record of each shard: those before it are then as safe. What was put again is
    /// wherever it is, and waited for by itself.</summary>
    private static async ValueTask AcknowledgeAsync(KinesisService service, RecordPut[] puts, int count)
    {
        Shard? last = null;
        HashSet<Shard>? seen = null;
        for (var i = count - 1; i >= 0; i--)
        {
            var shard = puts[i].Receipt.Shard;
            if (puts[i].Receipt.IsDuplicate)
            {
                await AcknowledgeAsync(service, puts, i, shard).ConfigureAwait(false);
                continue;
            }

            if (puts[i].Status != PutStatus.Accepted || ReferenceEquals(shard, last) || seen?.Contains(shard) == true)
            {
                continue;
            }

            if (last is not null)
            {
                (seen ??= []).Add(last);
            }

            last = shard;
            await AcknowledgeAsync(service, puts, i, shard).ConfigureAwait(false);
        }
    }

    private static async ValueTask AcknowledgeAsync(KinesisService service, RecordPut[] puts, int at, Shard shard)
    {
        try
        {
            await service.Acknowledged(puts[at].Receipt);
        }
        catch (IOException)
        {
            await MarkFailedAsync(puts, at, shard).ConfigureAwait(false);
        }
    }

    /// <summary>The last record of a shard is not safe: the others are asked one by one.</summary>
    private static async ValueTask MarkFailedAsync(RecordPut[] puts, int last, Shard shard)
    {
        for (var i = last; i >= 0; i--)
        {
            if (puts[i].Status != PutStatus.Accepted || !ReferenceEquals(puts[i].Receipt.Shard, shard))
            {
                continue;
            }

            try
            {
                await puts[i].Receipt.WhenAcknowledged().ConfigureAwait(false);
            }
            catch (IOException)
            {
                puts[i].Status = PutStatus.Failed;
            }
        }
    }

    /// <summary>The places of records that were there, with commas between; null where there are none.</summary>
    private static string? RecognisedOf(ReadOnlySpan<RecordPut> puts)
    {
        StringBuilder? places = null;
        for (var i = 0; i < puts.Length; i++)
        {
            if (puts[i] is { Status: PutStatus.Accepted, Receipt.IsDuplicate: true })
            {
                places = places is null ? new StringBuilder() : places.Append(',');
                places.Append(i);
            }
        }

        return places?.ToString();
    }

    private static void Write(ResponseWriter response, DataStream stream, AppendReceipt receipt)
    {
        Span<byte> digits = stackalloc byte[KinesisSequenceNumber.Length];
        receipt.Shard.NumberOf(receipt.Sequence).TryFormat(digits);
        response.BeginStructure();
        response.Text(Members.ShardId, receipt.Shard.Id);
        response.PlainText(Members.SequenceNumber, digits);
        WriteEncryption(response, stream);
        response.EndStructure();
    }

    private static void Write(ActionCall call, DataStream stream, ReadOnlySpan<RecordPut> puts)
    {
        var response = call.Response;
        Span<byte> digits = stackalloc byte[KinesisSequenceNumber.Length];
        var failed = 0;
        response.BeginStructure();
        response.BeginList(Members.Records);
        foreach (ref readonly var put in puts)
        {
            response.BeginStructure();
            if (put.Status == PutStatus.Accepted)
            {
                put.Receipt.Shard.NumberOf(put.Receipt.Sequence).TryFormat(digits);
                response.PlainText(Members.SequenceNumber, digits);
                response.Text(Members.ShardId, put.Receipt.Shard.Id);
            }
            else
            {
                failed++;
                var refusal = Refusal(call, stream, put.Receipt.Shard.Id, put.Status);
                response.Text(Members.ErrorCode, refusal.Type);
                response.Text(Members.ErrorMessage, refusal.Text!);
            }

            response.EndStructure();
        }

        response.EndList();
        response.Number(Members.FailedRecordCount, failed);
        WriteEncryption(response, stream);
        response.EndStructure();
        call.Service.Statistics.CountPut(puts.Length - failed, failed);
    }

    private static void WriteEncryption(ResponseWriter response, DataStream stream)
    {
        if (stream.Attributes.EncryptionKeyId is not null)
        {
            response.Text(Members.EncryptionType, "KMS"u8);
        }
    }

    private static ApiException Refusal(ActionCall call, DataStream stream, string shardId, PutStatus status) =>
        status switch
        {
            PutStatus.ThroughputExceeded => new ApiException(
                ErrorType.Throughput,
                $"Rate exceeded for shard {shardId} in stream {stream.Name} under account {call.Account}."),
            PutStatus.DiskFull => new ApiException(
                ErrorType.InternalFailure,
                $"Stream {stream.Name} takes no records: the gateway has no room for another segment.",
                500),
            PutStatus.TooLarge => new ApiException(
                ErrorType.InternalFailure,
                $"Stream {stream.Name} refused the record: it must fit into half a segment.",
                500),
            PutStatus.TooOld => ApiException.InvalidArgument(stream.Refusal(AppendStatus.TooOld, 0).Message),
            _ => new ApiException(
                ErrorType.InternalFailure, $"Stream {stream.Name} takes no records since a write failed.", 500),
        };

    private static UInt128? HashKeyOf(RequestValues request, in RequestValue value)
    {
        if (!value.IsPresent)
        {
            return null;
        }

        var digits = request.BytesOf(value);
        return UInt128.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var hashKey)
            ? hashKey
            : throw ApiException.InvalidArgument(
                "Invalid ExplicitHashKey. ExplicitHashKey must be in the range: [0, 2^128-1]. Specified value was "
                    + request.TextOf(value));
    }

    /// <summary>The numbers of a shard always rise: what is asked for holds, if the number is one of this stream, of a
    /// shard that is there or has expired.</summary>
    private static void CheckOrdering(ActionCall call, DataStream stream)
    {
        if (call.Request.Text("SequenceNumberForOrdering") is { } text
            && !(KinesisSequenceNumber.TryParse(text, out var number)
                && number.StreamId == stream.Attributes.Id
                && (stream.TryGetShard(ShardIdOf(number), out var shard) ? shard.Has(number)
                    : string.CompareOrdinal(ShardIdOf(number), stream.Shards[^1].Id) < 0)))
        {
            throw ApiException.InvalidArgument(
                $"ExclusiveMinimumSequenceNumber {text} used in PutRecord on stream {stream.Name} under account "
                    + $"{call.Account} is invalid.");
        }
    }

    private static string ShardIdOf(KinesisSequenceNumber number) =>
        string.Create(CultureInfo.InvariantCulture, $"shardId-{number.ShardIndex:D12}");

    /// <summary>What becomes of one record.</summary>
    private struct RecordPut
    {
        public int At;
        public UInt128? HashKey;
        public PutStatus Status;
        public AppendReceipt Receipt;
    }
}
