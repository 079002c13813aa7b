namespace EdgeStream.Mqtt;

/// <summary>Sizes of what is about to be written.</summary>
internal static class WireSize
{
    internal const int VariableByteIntegerBytesMax = 4;

    /// <summary>The largest variable byte integer: 28 bits.</summary>
    internal const int VariableByteIntegerMax = (1 << 28) - 1;

    internal static int VariableByteInteger(int value) => value switch
    {
        < 1 << 7 => 1,
        < 1 << 14 => 2,
        < 1 << 21 => 3,
        _ => 4,
    };

    internal static int WriteVariableByteInteger(Span<byte> target, int value)
    {
        int count = 0;
        do
        {
            byte part = (byte)(value & 0x7F);
            value >>= 7;
            target[count++] = value > 0 ? (byte)(part | 0x80) : part;
        }
        while (value > 0);
        return count;
    }

    /// <summary>A whole packet whose body has this many bytes.</summary>
    internal static int Packet(int bodyBytes) => 1 + VariableByteInteger(bodyBytes) + bodyBytes;
}
