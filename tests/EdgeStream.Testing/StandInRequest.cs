using System.IO.Compression;
using System.Text;
using System.Text.Json;

namespace EdgeStream.Testing;

/// <summary>One request that a <see cref="HttpStandIn"/> got.</summary>
/// <param name="Target">The path and query.</param>
/// <param name="Headers">The headers; names in any case.</param>
/// <param name="Raw">The body as it came.</param>
public sealed record StandInRequest(string Target, IReadOnlyDictionary<string, string> Headers, byte[] Raw)
{
    /// <summary>The body, unpacked where it came as gzip.</summary>
    public byte[] Body
    {
        get
        {
            if (Headers.GetValueOrDefault("Content-Encoding") != "gzip")
            {
                return Raw;
            }

            using var gzip = new GZipStream(new MemoryStream(Raw), CompressionMode.Decompress);
            var plain = new MemoryStream();
            gzip.CopyTo(plain);
            return plain.ToArray();
        }
    }

    /// <summary>The body as text.</summary>
    public string Text => Encoding.UTF8.GetString(Body);

    /// <summary>The body as one JSON value.</summary>
    public JsonElement Json => JsonDocument.Parse(Body).RootElement;

    /// <summary>A header; fails the test where it is missing.</summary>
    public string this[string header] => Headers[header];
}
