using System.Buffers;
using System.Text.Json;

namespace EdgeStream.Delivery;

/// <summary>Posts chunks of records to an endpoint, as Firehose asks a function.</summary>
/// <remarks>
/// <code>
/// {"invocationId","deliveryStreamArn","region","records":[{"recordId","approximateArrivalTimestamp","data"}]}
/// {"records":[{"recordId","result","data"}]}
/// </code>
/// <para>Data is Base64, the time is in milliseconds since 1970. An answer has at most 64 MiB. Source: "Data
/// transformation and status model" of the Amazon Data Firehose developer guide.</para>
/// </remarks>
internal sealed class HttpTransform : IChunkTransform
{
    private const int AnswerBytesMax = 64 << 20;
    private const string Region = "us-east-1";

    private readonly string _arn;
    private readonly string _shardId;
    private readonly ServerLink _server;
    private readonly HttpLink _http;
    private readonly AnswerReader _reader = new(isJsonData: false);

    /// <summary>Prepares; the first call connects.</summary>
    public HttpTransform(HttpTransformOptions options, string delivery, string shardId)
    {
        _shardId = shardId;
        _arn = $"arn:aws:firehose:{Region}:000000000000:deliverystream/{delivery}";
        _server = new ServerLink { Url = options.Url, TimeoutSeconds = options.TimeoutSeconds };
        _http = new HttpLink(_server, WireMeter.Unlimited(TimeProvider.System), answerBytesMax: AnswerBytesMax);
    }

    /// <inheritdoc/>
    public async Task<TransformAnswer[]> ApplyAsync(RecordChunk chunk, CancellationToken cancellationToken)
    {
        var answers = new ChunkAnswers(_shardId, chunk);
        var answer = await _http.PostAsync(
            new Uri(_server.Url), Write(chunk, answers), "application/json", prepare: null, cancellationToken);
        if (!answer.IsSuccess)
        {
            var problem = $"The transform at {answer.Problem ?? _http.Describe(answer)}";
            throw answer.Status is 400 or 413 or 422 or 500
                ? new TransformFaultException(problem) : new IOException(problem);
        }

        Read(answer.Body, answers);
        return answers.InOrder();
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    private ReadOnlyMemory<byte> Write(RecordChunk chunk, ChunkAnswers answers)
    {
        var output = new ArrayBufferWriter<byte>();
        using var writer = new Utf8JsonWriter(output);
        writer.WriteStartObject();
        writer.WriteString("invocationId"u8, answers.IdOf(0));
        writer.WriteString("deliveryStreamArn"u8, _arn);
        writer.WriteString("region"u8, Region);
        writer.WriteStartArray("records"u8);
        for (var index = 0; index < chunk.Count; index++)
        {
            var record = chunk[index];
            writer.WriteStartObject();
            writer.WriteString("recordId"u8, answers.IdOf(index));
            writer.WriteNumber("approximateArrivalTimestamp"u8, record.ArrivalTime.UnixMicroseconds / 1000);
            writer.WriteBase64String("data"u8, record.Data);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
        writer.Flush();
        return output.WrittenMemory;
    }

    /// <remarks>As for Firehose, an answer for a record that was not asked for counts for nothing.</remarks>
    private void Read(byte[] json, ChunkAnswers answers)
    {
        try
        {
            var reader = new Utf8JsonReader(json);
            var isFound = false;
            while (!isFound && reader.Read())
            {
                isFound = reader.CurrentDepth == 1 && reader.TokenType == JsonTokenType.PropertyName
                    && reader.ValueTextEquals("records"u8);
            }

            if (!isFound || !reader.Read() || reader.TokenType != JsonTokenType.StartArray)
            {
                throw new JsonException("It has no array 'records'.");
            }

            while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            {
                var (id, answer) = _reader.Read(ref reader, json);
                answers.TrySet(id, answer);
            }
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            throw new TransformFaultException(
                $"The transform at {_server.Place} has answered with what cannot be read: {error.Message}", error);
        }
    }
}
