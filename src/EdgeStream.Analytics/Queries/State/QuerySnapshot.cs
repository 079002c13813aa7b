using EdgeStream.Sql;

namespace EdgeStream.Analytics;

/// <summary>What the saved state of a query belongs to.</summary>
/// <remarks>
/// Layout, little-endian, frozen: version u8 (1), fingerprint 32 bytes, epoch and reader (texts: length u16 and UTF-8),
/// set u8, chunks i32, size i64, checksum u32 (CRC-32C of the state), positions i32, each as
/// <see cref="PositionFormat"/>
/// has it, outputs i32, each a text and an ordinal i64.
/// </remarks>
/// <param name="Fingerprint">Of the definition that has made the state.</param>
/// <param name="Epoch">What tells its output from that of other definitions.</param>
/// <param name="ReaderId">Whose journal continues the positions.</param>
/// <param name="Set">Which of two sets of chunks holds the state.</param>
/// <param name="ChunkCount">How many there are.</param>
/// <param name="SizeBytes">Their bytes.</param>
/// <param name="Checksum">Their checksum.</param>
/// <param name="Positions">How far the inputs are read.</param>
/// <param name="Ordinals">By in-application stream: the ordinal of the last row that was put out.</param>
internal sealed record QuerySnapshot(
    byte[] Fingerprint,
    string Epoch,
    string ReaderId,
    byte Set,
    int ChunkCount,
    long SizeBytes,
    uint Checksum,
    IReadOnlyList<InputPosition> Positions,
    IReadOnlyList<KeyValuePair<string, long>> Ordinals)
{
    private const byte Version = 1;
    private const int FingerprintBytes = 32;

    public byte[] ToBytes()
    {
        var output = new ByteBuffer();
        output.AppendByte(Version);
        output.Append(Fingerprint);
        PositionFormat.WriteText(output, Epoch);
        PositionFormat.WriteText(output, ReaderId);
        output.AppendByte(Set);
        output.AppendInt32(ChunkCount);
        output.AppendInt64(SizeBytes);
        output.AppendInt32((int)Checksum);
        output.AppendInt32(Positions.Count);
        foreach (var position in Positions)
        {
            PositionFormat.Write(output, position);
        }

        output.AppendInt32(Ordinals.Count);
        foreach (var (name, ordinal) in Ordinals)
        {
            PositionFormat.WriteText(output, name);
            output.AppendInt64(ordinal);
        }

        return output.Written.ToArray();
    }

    /// <summary>Reads a header; null if the bytes are none of this version.</summary>
    public static QuerySnapshot? TryRead(ReadOnlySpan<byte> bytes)
    {
        var reader = new StateReader(bytes);
        if (reader.ReadByte() != Version)
        {
            return null;
        }

        var fingerprint = reader.ReadBytes(FingerprintBytes).ToArray();
        var epoch = PositionFormat.ReadText(ref reader);
        var id = PositionFormat.ReadText(ref reader);
        var (set, chunks) = (reader.ReadByte(), reader.ReadInt32());
        var (size, checksum) = (reader.ReadInt64(), (uint)reader.ReadInt32());
        var positions = new List<InputPosition>();
        for (var count = reader.ReadInt32(); count > 0 && !reader.IsBroken; count--)
        {
            positions.Add(PositionFormat.Read(ref reader));
        }

        var ordinals = new List<KeyValuePair<string, long>>();
        for (var count = reader.ReadInt32(); count > 0 && !reader.IsBroken; count--)
        {
            ordinals.Add(KeyValuePair.Create(PositionFormat.ReadText(ref reader), reader.ReadInt64()));
        }

        return reader.IsBroken
            ? null
            : new QuerySnapshot(fingerprint, epoch, id, set, chunks, size, checksum, positions, ordinals);
    }
}
