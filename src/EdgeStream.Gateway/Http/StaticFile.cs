using System.IO.Compression;
using System.Security.Cryptography;

namespace EdgeStream.Gateway.Http;

/// <summary>One file of the dashboard, ready to be sent plain or compressed.</summary>
internal sealed class StaticFile
{
    /// <summary>Takes the file's bytes.</summary>
    public StaticFile(byte[] content, string contentType)
    {
        ContentType = contentType;
        Content = content;
        ETag = $"\"{Convert.ToHexStringLower(SHA256.HashData(content).AsSpan(0, 8))}\"";
        Compressed = Compress(content);
    }

    /// <summary>The media type.</summary>
    public string ContentType { get; }

    /// <summary>The bytes.</summary>
    public byte[] Content { get; }

    /// <summary>The same in gzip.</summary>
    public byte[] Compressed { get; }

    /// <summary>The entity tag, which changes with the content.</summary>
    public string ETag { get; }

    private static byte[] Compress(byte[] content)
    {
        using var buffer = new MemoryStream();
        using (var gzip = new GZipStream(buffer, CompressionLevel.Optimal))
        {
            gzip.Write(content);
        }

        return buffer.ToArray();
    }
}
