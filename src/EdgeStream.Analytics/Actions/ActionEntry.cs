using System.Buffers.Binary;

namespace EdgeStream.Analytics;

/// <summary>One alert, as an action knows it.</summary>
/// <remarks>
/// As it is saved, little-endian, frozen: version u8 (1), flags u8 (1: it was told of), when it was told i64
/// (microseconds since 1970), the length of the firing alert's record u32 and that record, the resolved one's record to
/// the end or nothing.
/// </remarks>
internal sealed class ActionEntry(Alert firing, long seenAt)
{
    private const byte Version = 1;
    private const int FlagsOffset = 1;
    private const int ToldAtOffset = 2;
    private const int LengthOffset = 10;
    private const int HeadSizeBytes = 14;

    /// <summary>The alert when it fired.</summary>
    public Alert Firing { get; } = firing;

    /// <summary>The alert when it resolved; null while it fires.</summary>
    public Alert? Resolved { get; set; }

    /// <summary>Whether the action has told that it fires, or has given it up.</summary>
    public bool IsTold { get; set; }

    /// <summary>When it told, by the wall clock.</summary>
    public long ToldAt { get; set; }

    /// <summary>The monotonic clock when it was seen; not saved.</summary>
    public long SeenAt { get; } = seenAt;

    /// <summary>Whether what is saved differs.</summary>
    public bool IsDirty { get; set; } = true;

    /// <summary>Whether anything of it is saved.</summary>
    public bool IsStored { get; set; }

    /// <summary>The alert as it stands.</summary>
    public Alert Now => Resolved ?? Firing;

    public byte[] ToBytes()
    {
        var firing = AlertJson.ToBytes(Firing);
        var resolved = Resolved is null ? [] : AlertJson.ToBytes(Resolved);
        var bytes = new byte[HeadSizeBytes + firing.Length + resolved.Length];
        bytes[0] = Version;
        bytes[FlagsOffset] = (byte)(IsTold ? 1 : 0);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(ToldAtOffset), ToldAt);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(LengthOffset), (uint)firing.Length);
        firing.CopyTo(bytes, HeadSizeBytes);
        resolved.CopyTo(bytes, HeadSizeBytes + firing.Length);
        return bytes;
    }

    /// <summary>Reads what was saved; null if it is none of this form.</summary>
    public static ActionEntry? Read(ReadOnlySpan<byte> bytes, long seenAt)
    {
        if (bytes.Length < HeadSizeBytes || bytes[0] != Version)
        {
            return null;
        }

        var length = BinaryPrimitives.ReadUInt32LittleEndian(bytes[LengthOffset..]);
        if (length > bytes.Length - HeadSizeBytes
            || !AlertJson.TryRead(bytes.Slice(HeadSizeBytes, (int)length), out var firing))
        {
            return null;
        }

        AlertJson.TryRead(bytes[(HeadSizeBytes + (int)length)..], out var resolved);
        return new ActionEntry(firing, seenAt)
        {
            Resolved = resolved,
            IsTold = (bytes[FlagsOffset] & 1) != 0,
            ToldAt = BinaryPrimitives.ReadInt64LittleEndian(bytes[ToldAtOffset..]),
            IsDirty = false,
            IsStored = true,
        };
    }
}
