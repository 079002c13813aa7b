using System.Text;
using EdgeStream.Sql;

namespace EdgeStream.Analytics;

/// <summary>An input position in saved state: stream and shard, each a length u16 and UTF-8, sequence i64, user records
/// i32, watermark i64; little-endian, frozen.</summary>
internal static class PositionFormat
{
    public static void Write(ByteBuffer output, InputPosition position)
    {
        WriteText(output, position.Stream);
        WriteText(output, position.ShardId);
        output.AppendInt64(position.Sequence);
        output.AppendInt32(position.Within);
        output.AppendInt64(position.Watermark);
    }

    public static InputPosition Read(ref StateReader reader) => new(
        ReadText(ref reader), ReadText(ref reader), reader.ReadInt64(), reader.ReadInt32(), reader.ReadInt64());

    public static void WriteText(ByteBuffer output, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        output.AppendByte((byte)bytes.Length);
        output.AppendByte((byte)(bytes.Length >> 8));
        output.Append(bytes);
    }

    public static string ReadText(ref StateReader reader)
    {
        var length = reader.ReadByte() | (reader.ReadByte() << 8);
        return Encoding.UTF8.GetString(reader.ReadBytes(length));
    }
}
