namespace EdgeStream.Mqtt;

/// <summary>What the broker's clock and the wall clock showed at the same moment.</summary>
/// <remarks>
/// <code>
/// version u8 | flags u8 (bit 0: the broker stopped in an orderly way) | broker's clock in ms i64
/// wall clock in ms since 1970 i64
/// </code>
/// </remarks>
internal sealed class ClockRecord : StateRecord
{
    private const byte StopFlag = 0x01;

    internal ClockRecord(long nowMs, long wallMs, bool isStop)
    {
        NowMs = nowMs;
        WallMs = wallMs;
        IsStop = isStop;
    }

    internal long NowMs { get; }

    internal long WallMs { get; }

    internal bool IsStop { get; }

    internal static ClockRecord Decode(ReadOnlySpan<byte> value)
    {
        var reader = new StateReader(value);
        bool isStop = (reader.Byte() & StopFlag) != 0;
        return new ClockRecord(reader.Int64(), reader.Int64(), isStop);
    }

    internal override byte[] Encode()
    {
        var buffer = new StateBuffer(UserlessVersion);
        buffer.Byte(IsStop ? StopFlag : (byte)0);
        buffer.Int64(NowMs);
        buffer.Int64(WallMs);
        return buffer.ToArray();
    }
}
