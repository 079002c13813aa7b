using System.Buffers.Binary;

namespace EdgeStream.Analytics;

/// <summary>A key that has reported, how long it has been silent, and its alert.</summary>
internal struct MissingState : IEpisodeState<MissingState>
{
    public AlertEpisode Episode;

    /// <summary>The last number it reported.</summary>
    public double LastValue;

    /// <summary>Microseconds of silence before <see cref="HeardAt"/>.</summary>
    public long Silent;

    /// <summary>The monotonic clock from which silence is counted on; not saved.</summary>
    public long HeardAt;

    private const int LastValueOffset = AlertEpisode.SizeBytes;
    private const int SilentOffset = LastValueOffset + sizeof(double);

    public static int SizeBytes => SilentOffset + sizeof(long);

    public static ref AlertEpisode EpisodeOf(ref MissingState state) => ref state.Episode;

    public readonly void Write(Span<byte> destination)
    {
        Episode.Write(destination);
        BinaryPrimitives.WriteDoubleLittleEndian(destination[LastValueOffset..], LastValue);
        BinaryPrimitives.WriteInt64LittleEndian(destination[SilentOffset..], Silent);
    }

    public static MissingState Read(ReadOnlySpan<byte> source) => new()
    {
        Episode = AlertEpisode.Read(source),
        LastValue = BinaryPrimitives.ReadDoubleLittleEndian(source[LastValueOffset..]),
        Silent = BinaryPrimitives.ReadInt64LittleEndian(source[SilentOffset..]),
    };
}
