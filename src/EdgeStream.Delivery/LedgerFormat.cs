using System.Buffers.Binary;
using System.Text;
using EdgeStream.Storage;

namespace EdgeStream.Delivery;

/// <summary>
/// The ledger's bytes, versions 1 and 2, little-endian; one entry per delivery and shard under
/// <c>deliveries/&lt;name&gt;/&lt;shardId&gt;</c> of the state store, which checks and orders them, and further ones as
/// <see cref="LedgerSegments"/> has them.
/// </summary>
/// <remarks>
/// <code>
/// offset size
///      0    2  version: 1, or 2 with an extension behind the names
///      2    1  flags: bit 0 a batch is pending, bit 1 there was a delivery, bit 2 the pending batch is marked as
///              history
///      3    1  compression of the pending batch: 0 none, 1 gzip, 2 zip, 3 snappy, 4 hadoop-snappy, 5 zstd
///      4    2  length of the stream's name in bytes
///      6    2  length of the last object's name
///      8    2  length of the pending object's name
///     10    1  format of the pending batch: 0 JSON Lines, 1 raw, 2 CSV, 3 Parquet
///     11    1  length of its delimiter in bytes, 0 to 4
///     12    4  the delimiter, then zero
///     16    8  base
///     24    8  delivered records
///     32    8  delivered bytes
///     40    8  delivered objects
///     48    8  evicted records
///     56    8  last delivery, microseconds since 1970
///     64    8  pending batch: first sequence number
///     72    8  pending batch: last sequence number
///     80    8  pending batch: records
///     88       the three names in UTF-8, in the order of their lengths
///              version 2: the extension, as LedgerExtension has it
/// </code>
/// An entry that needs no extension is written as version 1.
/// An entry is valid if and only if its version is known, its names, and the extension of version 2, end exactly
/// where its bytes end, its numbers are not negative and its pending batch is not empty and lies after the checkpoint.
/// </remarks>
internal static class LedgerFormat
{
    private const ushort Version = 1;
    private const ushort ExtendedVersion = 2;
    private const int FlagsOffset = 2;
    private const int CompressionOffset = 3;
    private const int StreamLengthOffset = 4;
    private const int LastObjectLengthOffset = 6;
    private const int PendingObjectLengthOffset = 8;
    private const int FormatOffset = 10;
    private const int DelimiterLengthOffset = 11;
    private const int DelimiterOffset = 12;
    private const int BaseOffset = 16;
    private const int DeliveredRecordsOffset = 24;
    private const int DeliveredBytesOffset = 32;
    private const int DeliveredObjectsOffset = 40;
    private const int EvictedRecordsOffset = 48;
    private const int LastDeliveryOffset = 56;
    private const int PendingFirstOffset = 64;
    private const int PendingLastOffset = 72;
    private const int PendingCountOffset = 80;
    private const int NamesOffset = 88;
    private const byte PendingFlag = 1;
    private const byte DeliveredFlag = 2;
    private const byte HistoricalFlag = 4;

    /// <summary>The key of one delivery's entry for one shard.</summary>
    public static string Key(DeliveryDefinition definition, string shardId) => definition.LedgerPrefix + shardId;

    /// <summary>The same, of a delivery by its title.</summary>
    public static string Key(string title, string shardId) =>
        title.StartsWith(DeliveryDefinition.ApiTitlePrefix, StringComparison.Ordinal)
            ? $"{DeliveryDefinition.ApiLedgerPrefix}{title[DeliveryDefinition.ApiTitlePrefix.Length..]}/{shardId}"
            : $"{DeliveryDefinition.ConfiguredLedgerPrefix}{title}/{shardId}";

    /// <summary>The entry's bytes.</summary>
    public static byte[] Write(LedgerEntry entry)
    {
        var stream = Encoding.UTF8.GetBytes(entry.Stream);
        var lastObject = Encoding.UTF8.GetBytes(entry.LastObject);
        var pendingObject = Encoding.UTF8.GetBytes(entry.Pending?.ObjectName ?? "");
        var extension = LedgerExtension.IsNeeded(entry) ? LedgerExtension.Write(entry) : [];
        var namesLength = stream.Length + lastObject.Length + pendingObject.Length;
        var bytes = new byte[NamesOffset + namesLength + extension.Length];
        BinaryPrimitives.WriteUInt16LittleEndian(bytes, extension.Length == 0 ? Version : ExtendedVersion);
        bytes[FlagsOffset] = (byte)((entry.Pending is null ? 0 : PendingFlag)
            | (entry.LastDeliveryAt is null ? 0 : DeliveredFlag)
            | (entry.Pending is { IsHistorical: true } ? HistoricalFlag : 0));
        bytes[CompressionOffset] = (byte)(entry.Pending?.Compression ?? CompressionKind.None);
        bytes[FormatOffset] = (byte)(entry.Pending?.Format ?? RecordFormat.JsonLines);
        bytes[DelimiterLengthOffset] = (byte)Encoding.UTF8.GetBytes(
            entry.Pending?.Delimiter ?? "", bytes.AsSpan(DelimiterOffset, DeliveryDefinition.DelimiterBytesMax));
        WriteLength(bytes, StreamLengthOffset, stream);
        WriteLength(bytes, LastObjectLengthOffset, lastObject);
        WriteLength(bytes, PendingObjectLengthOffset, pendingObject);
        WriteNumber(bytes, BaseOffset, entry.Base.Value);
        WriteNumber(bytes, DeliveredRecordsOffset, entry.DeliveredRecords);
        WriteNumber(bytes, DeliveredBytesOffset, entry.DeliveredBytes);
        WriteNumber(bytes, DeliveredObjectsOffset, entry.DeliveredObjects);
        WriteNumber(bytes, EvictedRecordsOffset, entry.EvictedRecords);
        WriteNumber(bytes, LastDeliveryOffset, entry.LastDeliveryAt?.UnixMicroseconds ?? 0);
        WriteNumber(bytes, PendingFirstOffset, entry.Pending?.First.Value ?? 0);
        WriteNumber(bytes, PendingLastOffset, entry.Pending?.Last.Value ?? 0);
        WriteNumber(bytes, PendingCountOffset, entry.Pending?.RecordCount ?? 0);
        stream.CopyTo(bytes, NamesOffset);
        lastObject.CopyTo(bytes, NamesOffset + stream.Length);
        pendingObject.CopyTo(bytes, NamesOffset + stream.Length + lastObject.Length);
        extension.CopyTo(bytes, NamesOffset + namesLength);
        return bytes;
    }

    /// <summary>The entry that <see cref="Write"/> wrote.</summary>
    /// <exception cref="InvalidDataException">The bytes are not a valid entry, or one of a later version.</exception>
    public static LedgerEntry Read(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < NamesOffset)
        {
            throw new InvalidDataException($"A ledger entry of {bytes.Length} bytes is shorter than {NamesOffset}.");
        }

        var version = BinaryPrimitives.ReadUInt16LittleEndian(bytes);
        if (version is not (Version or ExtendedVersion))
        {
            throw new InvalidDataException(
                $"The ledger entry has version {version}; this build reads {Version} and {ExtendedVersion}. Run the "
                + "version of EdgeStream that wrote it, or a later one.");
        }

        var names = bytes[NamesOffset..];
        var stream = ReadName(ref names, bytes[StreamLengthOffset..]);
        var lastObject = ReadName(ref names, bytes[LastObjectLengthOffset..]);
        var pendingObject = ReadName(ref names, bytes[PendingObjectLengthOffset..]);
        var entry = new LedgerEntry
        {
            Stream = stream,
            Base = new SequenceNumber(ReadNumber(bytes, BaseOffset)),
            DeliveredRecords = ReadNumber(bytes, DeliveredRecordsOffset),
            DeliveredBytes = ReadNumber(bytes, DeliveredBytesOffset),
            DeliveredObjects = ReadNumber(bytes, DeliveredObjectsOffset),
            EvictedRecords = ReadNumber(bytes, EvictedRecordsOffset),
            LastDeliveryAt = (bytes[FlagsOffset] & DeliveredFlag) == 0 ? null
                : new Timestamp(BinaryPrimitives.ReadInt64LittleEndian(bytes[LastDeliveryOffset..])),
            LastObject = lastObject,
            Pending = (bytes[FlagsOffset] & PendingFlag) == 0 ? null : new PendingExtent(
                new SequenceNumber(ReadNumber(bytes, PendingFirstOffset)),
                new SequenceNumber(ReadNumber(bytes, PendingLastOffset)),
                ReadNumber(bytes, PendingCountOffset),
                (CompressionKind)bytes[CompressionOffset],
                pendingObject)
            {
                Format = (RecordFormat)bytes[FormatOffset],
                Delimiter = ReadDelimiter(bytes),
                IsHistorical = (bytes[FlagsOffset] & HistoricalFlag) != 0,
            },
        };
        if (version == ExtendedVersion)
        {
            entry = LedgerExtension.Read(entry, names);
            names = default;
        }

        ThrowIfInconsistent(entry, names.Length);
        return entry;
    }

    private static void ThrowIfInconsistent(LedgerEntry entry, int bytesLeft)
    {
        if (bytesLeft != 0)
        {
            throw new InvalidDataException($"A ledger entry has {bytesLeft} bytes too many.");
        }

        if (entry.Pending is { } pending
            && (pending.First <= entry.Checkpoint || pending.Last < pending.First || pending.RecordCount < 1
                || pending.RecordCount > pending.Last.Value - pending.First.Value + 1
                || !Enum.IsDefined(pending.Compression) || !Enum.IsDefined(pending.Format)))
        {
            throw new InvalidDataException($"A ledger entry's pending batch contradicts itself: {pending}.");
        }
    }

    private static void WriteLength(Span<byte> bytes, int offset, byte[] name) =>
        BinaryPrimitives.WriteUInt16LittleEndian(bytes[offset..], checked((ushort)name.Length));

    private static void WriteNumber(Span<byte> bytes, int offset, long value) =>
        BinaryPrimitives.WriteInt64LittleEndian(bytes[offset..], value);

    private static long ReadNumber(ReadOnlySpan<byte> bytes, int offset)
    {
        var value = BinaryPrimitives.ReadInt64LittleEndian(bytes[offset..]);
        return value >= 0 ? value : throw new InvalidDataException($"A ledger entry has {value} at offset {offset}.");
    }

    private static string ReadDelimiter(ReadOnlySpan<byte> bytes)
    {
        var length = bytes[DelimiterLengthOffset];
        return length <= DeliveryDefinition.DelimiterBytesMax
            ? Encoding.UTF8.GetString(bytes.Slice(DelimiterOffset, length))
            : throw new InvalidDataException($"A ledger entry has a delimiter of {length} bytes.");
    }

    private static string ReadName(ref ReadOnlySpan<byte> names, ReadOnlySpan<byte> lengthBytes)
    {
        var length = BinaryPrimitives.ReadUInt16LittleEndian(lengthBytes);
        if (length > names.Length)
        {
            throw new InvalidDataException($"A ledger entry lacks {length - names.Length} bytes of a name.");
        }

        var name = Encoding.UTF8.GetString(names[..length]);
        names = names[length..];
        return name;
    }
}
