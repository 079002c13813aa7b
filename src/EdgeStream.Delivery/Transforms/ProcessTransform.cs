using System.Buffers;
using System.ComponentModel;
using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging;

namespace EdgeStream.Delivery;

/// <summary>Lets a process transform records: it gets a JSON line for each and answers with one.</summary>
/// <remarks>
/// <code>
/// {"recordId":"…","stream":…,"shard":…,"sequence":…,"key":…,"eventTime":…,"arrivalTime":…,"data":…}
/// {"recordId":"…","result":"Ok","data":…}
/// </code>
/// <para>Data that is no JSON value is <c>dataBase64</c> in both directions. Answers may come in any order, one for
/// each record and no other. <c>result</c> is <c>Ok</c>, <c>Dropped</c> or <c>ProcessingFailed</c>.</para>
/// <para>The process starts with the first chunk and stays. When it ends, does not answer in time or answers what
/// cannot be read, it is ended and the chunk fails; the next one starts it anew. What it writes to its standard error
/// is logged, at most 20 lines a start.</para>
/// </remarks>
internal sealed class ProcessTransform(
    ProcessTransformOptions options, string delivery, string stream, string shardId, ILogger logger) : IChunkTransform
{
    private const int LineBytesMax = 32 << 20;
    private const int LoggedLinesMax = 20;
    private const int AnswerDepthMax = 1024;

    private readonly JsonLineEncoder _encoder = new(stream, shardId);
    private readonly AnswerReader _reader = new(isJsonData: true);
    private readonly ArrayBufferWriter<byte> _output = new();
    private Process? _process;

    /// <inheritdoc/>
    public async Task<TransformAnswer[]> ApplyAsync(RecordChunk chunk, CancellationToken cancellationToken)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(TimeSpan.FromSeconds(options.TimeoutSeconds));
        try
        {
            if (_process is { HasExited: true })
            {
                End();
            }

            _process ??= Start();
            var answers = new ChunkAnswers(shardId, chunk);
            Write(chunk, answers);

            // Both at a time: a process that answers while it reads would wait for a reader of its answers for ever.
            var writing = WriteAsync(_process, deadline.Token);
            await ReadAsync(_process, answers, deadline.Token);
            await writing;
            return answers.InOrder();
        }
        catch (Exception error) when (!cancellationToken.IsCancellationRequested)
        {
            End();
            var problem = $"The transform '{options.Command[0]}' {ReasonOf(error)}";

            // A process that can't be started, or is too slow, would fail over any record.
            throw error is OperationCanceledException or Win32Exception
                ? new IOException(problem, error) : new TransformFaultException(problem, error);
        }
        catch
        {
            End();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => End();

    private string ReasonOf(Exception error) => error switch
    {
        OperationCanceledException => $"has not answered within {options.TimeoutSeconds} s and was ended.",
        JsonException or InvalidOperationException => $"has answered with what cannot be read: {error.Message}",
        Win32Exception => $"cannot be started: {error.Message}",
        _ => $"has ended: {error.Message}",
    };

    private Process Start()
    {
        var start = new ProcessStartInfo(options.Command[0])
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        foreach (var argument in options.Command.Skip(1))
        {
            start.ArgumentList.Add(argument);
        }

        var process = Process.Start(start) ?? throw new IOException("nothing was started.");
        var lines = 0;
        process.ErrorDataReceived += (_, line) =>
        {
            if (line.Data is not null && Interlocked.Increment(ref lines) <= LoggedLinesMax)
            {
                Log.TransformSaid(logger, delivery, shardId, line.Data);
            }
        };
        process.BeginErrorReadLine();
        return process;
    }

    private void End()
    {
        if (_process is not { } process)
        {
            return;
        }

        _process = null;
        try
        {
            process.Kill(entireProcessTree: true);
        }
        catch (Exception error) when (error is InvalidOperationException or Win32Exception or AggregateException)
        {
            // It has ended by itself, or one that it has started belongs to another user.
        }
        finally
        {
            process.Dispose();
        }
    }

    private void Write(RecordChunk chunk, ChunkAnswers answers)
    {
        _output.ResetWrittenCount();
        for (var index = 0; index < chunk.Count; index++)
        {
            var record = chunk[index];
            _output.Write("{\"recordId\":\""u8);
            _output.Write(Encoding.UTF8.GetBytes(answers.IdOf(index)));
            _output.Write("\","u8);
            _output.Write(_encoder.Encode(record)[1..]);
        }
    }

    private async Task WriteAsync(Process process, CancellationToken cancellationToken)
    {
        var input = process.StandardInput.BaseStream;
        await input.WriteAsync(_output.WrittenMemory, cancellationToken);
        await input.FlushAsync(cancellationToken);
    }

    private async Task ReadAsync(Process process, ChunkAnswers answers, CancellationToken cancellationToken)
    {
        var output = process.StandardOutput.BaseStream;
        var buffer = new byte[64 << 10];
        var used = 0;
        while (answers.MissingCount > 0)
        {
            if (used == buffer.Length)
            {
                Array.Resize(ref buffer, used < LineBytesMax ? used * 2 : throw new JsonException(
                    $"A line is longer than {LineBytesMax >> 20} MiB."));
            }

            var read = await output.ReadAsync(buffer.AsMemory(used), cancellationToken);
            if (read == 0)
            {
                throw new IOException("its output is closed.");
            }

            used += read;
            var rest = buffer.AsMemory(0, used);
            for (int end; (end = rest.Span.IndexOf((byte)'\n')) >= 0; rest = rest[(end + 1)..])
            {
                Take(rest[..end], answers);
            }

            rest.CopyTo(buffer);
            used = rest.Length;
        }
    }

    private void Take(ReadOnlyMemory<byte> line, ChunkAnswers answers)
    {
        if (line.Span.Trim(" \t\r"u8).IsEmpty)
        {
            return;
        }

        var json = line.ToArray();
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = AnswerDepthMax });
        reader.Read();
        var (id, answer) = _reader.Read(ref reader, json);
        if (!answers.TrySet(id, answer))
        {
            throw new JsonException($"It is for '{id}', a record that was not asked for.");
        }
    }
}
