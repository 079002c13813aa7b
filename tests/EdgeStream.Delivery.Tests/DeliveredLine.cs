using System.IO.Compression;
using System.Text;
using System.Text.Json;

namespace EdgeStream.Delivery.Tests;

/// <summary>One line of a delivered object, read back by the framework's own gzip and JSON.</summary>
public sealed record DeliveredLine(
    string Stream, string Shard, long Sequence, string Key, string Text, JsonElement Json)
{
    public static IReadOnlyList<DeliveredLine> ReadAll(byte[] content, bool isGzip)
    {
        var text = Encoding.UTF8.GetString(isGzip ? Unpack(content) : content);
        Assert.EndsWith("\n", text, StringComparison.Ordinal);
        return [.. text[..^1].Split('\n').Select(Read)];
    }

    private static DeliveredLine Read(string line)
    {
        var json = JsonDocument.Parse(line).RootElement;
        return new DeliveredLine(
            json.GetProperty("stream").GetString()!,
            json.GetProperty("shard").GetString()!,
            json.GetProperty("sequence").GetInt64(),
            json.GetProperty("key").GetString()!,
            line,
            json);
    }

    private static byte[] Unpack(byte[] content)
    {
        using var unpacked = new MemoryStream();
        using var gzip = new GZipStream(new MemoryStream(content), CompressionMode.Decompress);
        gzip.CopyTo(unpacked);
        return unpacked.ToArray();
    }
}
