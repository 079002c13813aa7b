using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using EdgeStream.Storage;
using EdgeStream.Streams;

namespace EdgeStream.Delivery;

/// <summary>Where the rejected records of one shard go: the error stream, each once, and the destination's error
/// prefix.</summary>
/// <remarks>
/// Not thread-safe. The error stream keeps the place of the last record that was put aside as a checkpoint, in one
/// step with the record: what is put aside again after a crash is skipped. Objects under the error prefix replace
/// themselves. Memory: a part of about a quarter megabyte, and a record. The checkpoint takes about 120 bytes of the
/// 64 KiB that a shard of the error stream has for them.
/// </remarks>
internal sealed class ErrorOutput(DeliveryDefinition definition, StreamStore store, StoreId storeId, Shard shard)
{
    private const int PartSizeBytes = 256 << 10;

    /// <summary>Of a segment of the error stream a batch takes this part, and a record's data twice as much: a log
    /// takes up to half of one at once.</summary>
    private const int SegmentPart = 8;

    private const int RandomLength = 11;
    private const string RandomLetters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

    private readonly string _checkpoint = $"delivery-errors/{definition.Title}/{shard.Id}";
    private readonly byte[] _key = Encoding.UTF8.GetBytes(definition.Title);
    private readonly ErrorRecord _record = new(definition, shard.Id);

    /// <summary>Whether records can be put aside: the error stream is there, and is another than the one that is
    /// delivered.</summary>
    public bool IsThere => TryGetStream(out _);

    /// <summary>The rejections in the order in which they are put aside.</summary>
    public static List<Rejection> InOrder(IReadOnlyList<Rejection> rejections, long through)
    {
        var sorted = new List<Rejection>();
        foreach (var rejection in rejections)
        {
            if (rejection.Sequence <= through)
            {
                sorted.Add(rejection);
            }
        }

        sorted.Sort(static (one, other) => Compare(
            one.Sequence, one.SubSequence ?? 0, other.Sequence, other.SubSequence ?? 0));
        return sorted;
    }

    /// <summary>Makes the records durable in the error stream; those that are there already are skipped.</summary>
    /// <exception cref="IOException">The stream cannot take them now.</exception>
    public async Task WriteAsync(IReadOnlyList<Rejection> rejections, CancellationToken cancellationToken)
    {
        if (!TryGetStream(out var stream))
        {
            throw new IOException($"There is no stream '{definition.ErrorStream}' for rejected records.");
        }

        var id = await storeId.GetAsync();
        var done = PlaceIn(stream, id);
        var batch = new AppendBatch();
        var part = stream.Definition.SegmentSizeBytes / SegmentPart;
        foreach (var rejection in rejections)
        {
            var place = rejection.SubSequence ?? 0;
            if (Compare(rejection.Sequence, place, done.Sequence, done.Place) <= 0)
            {
                continue;
            }

            Add(batch, rejection, Math.Min(ErrorRecord.RawDataBytesMax, 2 * part));
            batch.SetCheckpoint(_checkpoint, Encoding.ASCII.GetBytes(
                string.Create(CultureInfo.InvariantCulture, $"{id} {rejection.Sequence} {place}")));
            if (batch.SizeBytes >= Math.Min(PartSizeBytes, part))
            {
                await stream.AppendAsync(stream.ShardFor(_key), batch, cancellationToken);
                batch.Clear();
            }
        }

        if (batch.RecordCount > 0)
        {
            await stream.AppendAsync(stream.ShardFor(_key), batch, cancellationToken);
        }
    }

    /// <summary>The objects for the error prefix, one after another; none where there is no prefix.</summary>
    /// <param name="rejections">What was rejected, in order.</param>
    /// <param name="send">Sends one until it is accepted; false when it is to stop.</param>
    public async Task<bool> SendAsync(IReadOnlyList<Rejection> rejections, Func<DeliveryObject, Task<bool>> send)
    {
        if (definition.ErrorPrefix is not { } prefix || !PrefixTemplate.TryParse(prefix, out var template, out _))
        {
            return true;
        }

        var id = await storeId.GetAsync();
        for (var at = 0; at < rejections.Count;)
        {
            using var blocks = new BlockBuffer();
            var first = rejections[at];
            for (; at < rejections.Count && blocks.Length < PartSizeBytes; at++)
            {
                AddLine(blocks, rejections[at]);
            }

            var series = $"{id}-{shard.Id}-{first.Sequence:D20}-{rejections[at - 1].Sequence:D20}";
            var folder = template.Evaluate(
                WallTime.Clamp(first.At).ToDateTimeOffset(),
                $"{definition.Destination.Kind}-failed",
                RandomOf($"{series}.{first.SubSequence}"));
            var part = first.SubSequence is { } place ? $"-{place}" : "";
            var name = $"{folder}{definition.Name}-{series}{part}.jsonl";
            if (!await send(new DeliveryObject(name, ObjectName.ContentType(CompressionKind.None), blocks.Content())))
            {
                return false;
            }
        }

        return true;
    }

    private static int Compare(long sequence, int place, long otherSequence, int otherPlace) =>
        sequence != otherSequence ? sequence.CompareTo(otherSequence) : place.CompareTo(otherPlace);

    /// <summary>The same letters for the same object, so that it replaces itself.</summary>
    private static string RandomOf(string text)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(text));
        return string.Create(RandomLength, hash, static (letters, hash) =>
        {
            for (var i = 0; i < letters.Length; i++)
            {
                letters[i] = RandomLetters[hash[i] % RandomLetters.Length];
            }
        });
    }

    private bool TryGetStream([NotNullWhen(true)] out DataStream? stream)
    {
        stream = null;
        return definition.ErrorStream is { Length: > 0 } name && name != definition.Stream
            && store.TryGet(name, out stream);
    }

    private void Add(AppendBatch batch, Rejection rejection, int rawDataBytesMax)
    {
        using var reader = Find(rejection, out var record);
        if (!batch.TryAdd(_key, _record.Write(rejection, record, rawDataBytesMax), EventTimeOf(record)))
        {
            throw new IOException($"Record {rejection.Sequence} does not fit into the error stream.");
        }
    }

    private static Timestamp? EventTimeOf(in StreamRecord record) =>
        record.Sequence.Value == 0 ? null : record.EventTime;

    private void AddLine(BlockBuffer blocks, Rejection rejection)
    {
        using var reader = Find(rejection, out var record);
        blocks.Write(_record.Write(rejection, record));
        blocks.Write("\n"u8);
    }

    /// <summary>Reads a record; an empty one when it is gone. It is valid until the reader is disposed.</summary>
    private UserRecordReader Find(Rejection rejection, out StreamRecord record)
    {
        var reader = new UserRecordReader(shard.OpenReader(ShardPosition.At(new SequenceNumber(rejection.Sequence))));
        while (reader.TryRead(out record) && record.Sequence.Value <= rejection.Sequence)
        {
            if (record.Sequence.Value == rejection.Sequence && record.SubSequence == rejection.SubSequence)
            {
                return reader;
            }
        }

        record = default;
        return reader;
    }

    /// <summary>The last record that was put aside, whichever shard of the error stream took it.</summary>
    private (long Sequence, int Place) PlaceIn(DataStream stream, string id)
    {
        var place = (Sequence: 0L, Place: 0);
        foreach (var errorShard in stream.Shards)
        {
            if (errorShard.TryGetCheckpoint(_checkpoint, out var value)
                && Encoding.ASCII.GetString(value.Span).Split(' ') is [var made, var sequence, var sub]
                && made == id
                && long.TryParse(sequence, NumberStyles.None, CultureInfo.InvariantCulture, out var last)
                && int.TryParse(sub, NumberStyles.None, CultureInfo.InvariantCulture, out var lastPlace)
                && Compare(last, lastPlace, place.Sequence, place.Place) > 0)
            {
                place = (last, lastPlace);
            }
        }

        return place;
    }
}
