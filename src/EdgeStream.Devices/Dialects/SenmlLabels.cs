namespace EdgeStream.Devices;

/// <summary>The labels of RFC 8428, table 1, in both of their forms. The numbers are those of CBOR.</summary>
internal static class SenmlLabels
{
    internal const int Data = 8;
    internal const int UpdateTime = 7;
    internal const int Time = 6;
    internal const int Sum = 5;
    internal const int BooleanValue = 4;
    internal const int StringValue = 3;
    internal const int Value = 2;
    internal const int Unit = 1;
    internal const int Name = 0;
    internal const int BaseVersion = -1;
    internal const int BaseName = -2;
    internal const int BaseTime = -3;
    internal const int BaseUnit = -4;
    internal const int BaseValue = -5;
    internal const int BaseSum = -6;

    /// <summary>Whether a label of JSON is one of the RFC's.</summary>
    internal static bool IsKnown(ReadOnlySpan<byte> label) =>
        label.SequenceEqual("n"u8) || label.SequenceEqual("u"u8) || label.SequenceEqual("v"u8)
        || label.SequenceEqual("vs"u8) || label.SequenceEqual("vb"u8) || label.SequenceEqual("vd"u8)
        || label.SequenceEqual("s"u8) || label.SequenceEqual("t"u8) || label.SequenceEqual("bn"u8)
        || label.SequenceEqual("bt"u8) || label.SequenceEqual("bu"u8) || label.SequenceEqual("bv"u8)
        || label.SequenceEqual("bs"u8) || label.SequenceEqual("bver"u8);
}
