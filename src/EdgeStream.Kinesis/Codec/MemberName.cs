using System.Text;

namespace EdgeStream.Kinesis;

/// <summary>A member's name as it stands in responses of both formats.</summary>
internal sealed class MemberName
{
    private const int ShortCborText = 0x60;
    private const int ShortLengthMax = 23;
    private const byte OneByteLengthText = 0x78;

    internal MemberName(string name)
    {
        var text = Encoding.UTF8.GetBytes(name);
        Json = [(byte)'"', .. text, (byte)'"', (byte)':'];
        Cbor = text.Length <= ShortLengthMax
            ? [(byte)(ShortCborText | text.Length), .. text]
            : [OneByteLengthText, (byte)text.Length, .. text];
    }

    /// <summary>The name, its quotation marks and the colon.</summary>
    internal byte[] Json { get; }

    /// <summary>The name as a CBOR text.</summary>
    internal byte[] Cbor { get; }
}
