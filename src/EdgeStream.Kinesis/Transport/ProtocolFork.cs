using System.Buffers;
using Microsoft.AspNetCore.Connections;

namespace EdgeStream.Kinesis;

/// <summary>Lets one port without TLS speak HTTP/1.1 and HTTP/2: the first bytes of a connection tell.</summary>
/// <remarks>
/// A client that knows that the server speaks HTTP/2 begins with a preface whose first word is no method of HTTP/1.1
/// (RFC 9113, section 3.4). The bytes stay in the connection for whoever serves it.
/// </remarks>
internal sealed class ProtocolFork(TimeSpan patience, TimeProvider time)
{
    private ConnectionDelegate? _http2;

    /// <summary>What HTTP/2 connections of the preface are handed to.</summary>
    internal ConnectionDelegate UseHttp2(ConnectionDelegate serve) => _http2 = serve;

    /// <summary>Serves a connection by what it begins with.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="http1">What serves HTTP/1.1.</param>
    internal async Task ServeAsync(ConnectionContext connection, ConnectionDelegate http1)
    {
        bool isHttp2;
        using (var timeout = new CancellationTokenSource(patience, time))
        {
            try
            {
                isHttp2 = await BeginsWithPrefaceAsync(connection, timeout.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                // Nobody has said anything: there is nobody to answer.
                return;
            }
            catch (IOException)
            {
                return;
            }
        }

        await (isHttp2 ? _http2! : http1)(connection).ConfigureAwait(false);
    }

    private static async ValueTask<bool> BeginsWithPrefaceAsync(
        ConnectionContext connection, CancellationToken cancellationToken)
    {
        var input = connection.Transport.Input;
        long looked = 0;
        while (true)
        {
            var read = await input.ReadAsync(cancellationToken).ConfigureAwait(false);
            var buffer = read.Buffer;
            var verdict = Look(buffer);
            if (verdict is null && !read.IsCompleted)
            {
                looked = buffer.Length;
                input.AdvanceTo(buffer.Start, buffer.End);
                continue;
            }

            // What was looked at before must not be looked at less: the rest is read again at once.
            input.AdvanceTo(buffer.Start, buffer.GetPosition(looked));
            return verdict == true;
        }
    }

    private static bool? Look(ReadOnlySequence<byte> buffer)
    {
        var preface = "PRI "u8;
        Span<byte> begin = stackalloc byte[preface.Length];
        begin = begin[..(int)Math.Min(buffer.Length, preface.Length)];
        buffer.Slice(0, begin.Length).CopyTo(begin);
        return !begin.SequenceEqual(preface[..begin.Length]) ? false
            : begin.Length == preface.Length ? true
            : null;
    }
}
