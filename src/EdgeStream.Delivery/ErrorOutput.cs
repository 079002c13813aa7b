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
/// themselves. Memory: a part of about a quarter megabyte, and a record.
/// </remarks>
internal sealed class ErrorOutput(
    DeliveryDefinition definition, StreamStore store, StoreId storeId, Shard shard, LaneLedger ledger)
{
    private const int PartSizeBytes = 256 << 10;

    /// <summary>Of a segment of the error stream a batch takes this part, and a record's data twice as much: a log
    /// takes up to half of one at once.</summary>
    private const int SegmentPart = 8;

    /// <summary>So much of each record's data stands in an object under the prefix; less where it is too large for the
    /// destination, as a record that was too large is again.</summary>
    private static readonly int[] RawDataSizesBytes = [ErrorRecord.RawDataBytesMax, 16 << 10, 0];

    private const int RandomLength = 11;
    private const string RandomLetters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

    private readonly ErrorPlaces _places = new(definition, store, shard);

    /// <summary>A stream that is made anew counts from 1 again.</summary>
    private readonly long _streamId = shard.StartingSequenceNumber.StreamId;
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

        sorted.Sort(static (one, other) => ErrorPlaces.Compare(
            one.Sequence, ErrorPlaces.PlaceOf(one), other.Sequence, ErrorPlaces.PlaceOf(other)));
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

        var madeBy = await storeId.GetAsync();
        var id = string.Create(CultureInfo.InvariantCulture, $"{madeBy} {_streamId}");
        _places.Load(stream, id);
        var checkpoint = ledger.PlaceName(_places.ShardName);
        var target = stream.ShardFor(_key);
        var batch = new AppendBatch();
        var part = stream.Definition.SegmentSizeBytes / SegmentPart;
        foreach (var rejection in rejections)
        {
            var place = ErrorPlaces.PlaceOf(rejection);
            if (_places.Has(rejection.Sequence, place))
            {
                continue;
            }

            Add(batch, rejection, Math.Min(ErrorRecord.RawDataBytesMax, 2 * part));
            batch.SetCheckpoint(checkpoint, Encoding.ASCII.GetBytes(
                string.Create(CultureInfo.InvariantCulture, $"{id} {rejection.Sequence} {place}")));
            if (batch.SizeBytes >= Math.Min(PartSizeBytes, part))
            {
                _places.AddRemovals(batch, target, checkpoint);
                await stream.AppendAsync(target, batch, cancellationToken);
                batch.Clear();
            }
        }

        if (batch.RecordCount > 0)
        {
            _places.AddRemovals(batch, target, checkpoint);
            await stream.AppendAsync(target, batch, cancellationToken);
        }
    }

    /// <summary>The objects for the error prefix, one after another; none where there is no prefix.</summary>
    /// <param name="rejections">What was rejected, in order.</param>
    /// <param name="send">Sends one until it is answered; where it is too large one of the same name with less of each
    /// record's data comes next.</param>
    /// <returns>Whether all have been answered; if not the pipeline stops.</returns>
    public async Task<bool> SendAsync(
        IReadOnlyList<Rejection> rejections, Func<DeliveryObject, bool, Task<SendOutcome>> send)
    {
        if (definition.ErrorPrefix is not { } prefix || !PrefixTemplate.TryParse(prefix, out var template, out _))
        {
            return true;
        }

        var id = await storeId.GetAsync();
        for (var at = 0; at < rejections.Count;)
        {
            var end = at;
            var outcome = SendOutcome.Rejected;
            for (var size = 0; size < RawDataSizesBytes.Length && outcome == SendOutcome.Rejected; size++)
            {
                using var blocks = new BlockBuffer();
                end = AddLines(blocks, rejections, at, end, RawDataSizesBytes[size], template.HasErrorType);
                var name = NameOf(template, id, rejections[at], rejections[end - 1]);
                var item = new DeliveryObject(name, ObjectName.ContentType(CompressionKind.None), blocks.Content());
                outcome = await send(item, size == RawDataSizesBytes.Length - 1);
            }

            if (outcome != SendOutcome.Accepted)
            {
                return false;
            }

            at = end;
        }

        return true;
    }

    private string NameOf(PrefixTemplate template, string id, Rejection first, Rejection last)
    {
        var series = $"{id}-{shard.Id}-{first.Sequence:D20}-{last.Sequence:D20}";
        var folder = template.Evaluate(
            WallTime.Clamp(first.At).ToDateTimeOffset(),
            ErrorTypes.Of(first.Cause, definition),
            RandomOf($"{series}.{first.SubSequence}"));
        var part = first.SubSequence is { } place ? $"-{place}" : "";
        return $"{folder}{definition.Name}-{series}{part}.jsonl";
    }

    /// <summary>Adds the lines of a part: as many as it holds, or up to where it ended when it was too large; all of
    /// one type where its name has the type.</summary>
    private int AddLines(
        BlockBuffer blocks, IReadOnlyList<Rejection> rejections, int at, int end, int rawDataBytesMax, bool isOfOneType)
    {
        var isFirst = end == at;
        var type = ErrorTypes.Of(rejections[at].Cause, definition);
        var next = at;
        for (; isFirst ? next < rejections.Count && blocks.Length < PartSizeBytes : next < end; next++)
        {
            if (isOfOneType && ErrorTypes.Of(rejections[next].Cause, definition) != type)
            {
                break;
            }

            AddLine(blocks, rejections[next], rawDataBytesMax);
        }

        return next;
    }

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

    private void AddLine(BlockBuffer blocks, Rejection rejection, int rawDataBytesMax)
    {
        using var reader = Find(rejection, out var record);
        blocks.Write(_record.Write(rejection, record, rawDataBytesMax));
        blocks.Write("\n"u8);
    }

    /// <summary>Reads a record; an empty one when it is gone. It is valid until the reader is disposed.</summary>
    private IDisposable Find(Rejection rejection, out StreamRecord record)
    {
        var reader = shard.OpenReader(ShardPosition.At(new SequenceNumber(rejection.Sequence)));
        if (rejection.SubSequence is null)
        {
            if (!reader.TryRead(out record) || record.Sequence.Value != rejection.Sequence)
            {
                record = default;
            }

            return reader;
        }

        var users = new UserRecordReader(reader);
        while (users.TryRead(out record) && record.Sequence.Value <= rejection.Sequence)
        {
            if (record.Sequence.Value == rejection.Sequence && record.SubSequence == rejection.SubSequence)
            {
                return users;
            }
        }

        record = default;
        return users;
    }
}
