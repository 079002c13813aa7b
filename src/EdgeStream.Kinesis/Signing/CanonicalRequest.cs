using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Primitives;

namespace EdgeStream.Kinesis;

/// <summary>Writes a request in the one form that both sides sign (Signature Version 4).</summary>
/// <remarks>The payload's hash is always that of the body: <c>UNSIGNED-PAYLOAD</c> is S3's alone, and a request that
/// was
/// signed with it does not match.</remarks>
internal static class CanonicalRequest
{
    // How a client that speaks HTTP/2 names the host.
    private const string Authority = ":authority";

    /// <summary>Writes it.</summary>
    /// <param name="output">Receives it.</param>
    /// <param name="request">The request.</param>
    /// <param name="signedHeaders">The names of signed headers, with semicolons in between.</param>
    internal static void Write(ResponseBuffer output, in SignedRequest request, string signedHeaders)
    {
        Write(output, request.Method);
        output.Write((byte)'\n');
        WritePath(output, request.Path);
        output.Write((byte)'\n');
        WriteQuery(output, request.Query);
        output.Write((byte)'\n');
        foreach (var range in signedHeaders.AsSpan().Split(';'))
        {
            var name = HeaderNames.Of(signedHeaders.AsSpan(range));
            Write(output, name);
            output.Write((byte)':');
            WriteHeader(output, name == Authority ? request.Headers.Host : request.Headers[name]);
            output.Write((byte)'\n');
        }

        output.Write((byte)'\n');
        Write(output, signedHeaders);
        output.Write((byte)'\n');
        WriteHash(output, request.Body.Span);
    }

    /// <summary>Writes SHA-256 in hexadecimal.</summary>
    internal static void WriteHash(ResponseBuffer output, ReadOnlySpan<byte> bytes)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(bytes, hash);
        WriteHexadecimal(output, hash);
    }

    /// <summary>Writes bytes in hexadecimal, small letters.</summary>
    internal static void WriteHexadecimal(ResponseBuffer output, ReadOnlySpan<byte> bytes)
    {
        var room = output.Room(bytes.Length * 2);
        for (var i = 0; i < bytes.Length; i++)
        {
            room[2 * i] = Digit(bytes[i] >> 4);
            room[(2 * i) + 1] = Digit(bytes[i] & 0xF);
        }

        output.Advance(bytes.Length * 2);
    }

    private static byte Digit(int value) => (byte)(value < 10 ? '0' + value : 'a' + value - 10);

    private static void WriteHeader(ResponseBuffer output, StringValues values)
    {
        for (var i = 0; i < values.Count; i++)
        {
            if (i > 0)
            {
                output.Write((byte)',');
            }

            WriteTrimmed(output, values[i].AsSpan().Trim());
        }
    }

    /// <summary>Several blanks in a row count as one.</summary>
    private static void WriteTrimmed(ResponseBuffer output, ReadOnlySpan<char> value)
    {
        var blanks = value.IndexOf("  ");
        while (blanks >= 0)
        {
            Write(output, value[..(blanks + 1)]);
            value = value[blanks..].TrimStart(' ');
            blanks = value.IndexOf("  ");
        }

        Write(output, value);
    }

    /// <summary>The path without dots and double slashes, encoded once more.</summary>
    private static void WritePath(ResponseBuffer output, ReadOnlySpan<char> path)
    {
        var segments = new List<string>();
        foreach (var range in path.Split('/'))
        {
            var segment = path[range];
            if (segment is "..")
            {
                if (segments.Count > 0)
                {
                    segments.RemoveAt(segments.Count - 1);
                }
            }
            else if (!segment.IsEmpty && segment is not ".")
            {
                segments.Add(segment.ToString());
            }
        }

        foreach (var segment in segments)
        {
            output.Write((byte)'/');
            Write(output, Uri.EscapeDataString(segment));
        }

        if (segments.Count == 0 || path[^1] == '/')
        {
            output.Write((byte)'/');
        }
    }

    private static void WriteQuery(ResponseBuffer output, ReadOnlySpan<char> query)
    {
        if (query.IsEmpty)
        {
            return;
        }

        var pairs = new List<(string Name, string Value)>();
        foreach (var (name, value) in QueryText.Parse(query))
        {
            if (name != "X-Amz-Signature")
            {
                pairs.Add((Uri.EscapeDataString(name), Uri.EscapeDataString(value)));
            }
        }

        pairs.Sort(static (left, right) =>
        {
            var order = string.CompareOrdinal(left.Name, right.Name);
            return order != 0 ? order : string.CompareOrdinal(left.Value, right.Value);
        });
        for (var i = 0; i < pairs.Count; i++)
        {
            if (i > 0)
            {
                output.Write((byte)'&');
            }

            Write(output, pairs[i].Name);
            output.Write((byte)'=');
            Write(output, pairs[i].Value);
        }
    }

    private static void Write(ResponseBuffer output, ReadOnlySpan<char> text)
    {
        var room = output.Room(Encoding.UTF8.GetMaxByteCount(text.Length));
        output.Advance(Encoding.UTF8.GetBytes(text, room));
    }
}
