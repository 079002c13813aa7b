using System.Buffers;
using System.Globalization;
using System.Net.Http.Headers;
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

    /// <summary>A name that stands for another address by now is asked for anew.</summary>
    private static readonly TimeSpan ConnectionLifetime = TimeSpan.FromMinutes(5);

    private readonly HttpTransformOptions _options;
    private readonly string _arn;
    private readonly string _shardId;

    /// <summary>The URL without what may be secret.</summary>
    private readonly string _shown;
    private readonly AnswerReader _reader = new(isJsonData: false);
    private readonly HttpClient _client;

    /// <summary>Prepares; the first call connects.</summary>
    public HttpTransform(HttpTransformOptions options, string delivery, string shardId)
    {
        _options = options;
        _shardId = shardId;
        _shown = new UriBuilder(options.Url) { UserName = "", Password = "" }.Uri.GetLeftPart(UriPartial.Path);
        _arn = $"arn:aws:firehose:{Region}:000000000000:deliverystream/{delivery}";
        var handler = new SocketsHttpHandler
        {
            UseProxy = false,
            AllowAutoRedirect = false,
            UseCookies = false,
            PooledConnectionLifetime = ConnectionLifetime,
        };
        _client = new HttpClient(handler)
        {
            Timeout = TimeSpan.FromSeconds(options.TimeoutSeconds), MaxResponseContentBufferSize = AnswerBytesMax,
        };
    }

    /// <inheritdoc/>
    public async Task<TransformAnswer[]> ApplyAsync(RecordChunk chunk, CancellationToken cancellationToken)
    {
        try
        {
            var answers = new ChunkAnswers(_shardId, chunk);
            using var content = new ReadOnlyMemoryContent(Write(chunk, answers));
            content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
            using var response = await _client.PostAsync(_options.Url, content, cancellationToken);
            if (!response.IsSuccessStatusCode)
            {
                throw new IOException(string.Create(
                    CultureInfo.InvariantCulture,
                    $"The transform at {_shown} has answered {(int)response.StatusCode}."));
            }

            Read(await response.Content.ReadAsByteArrayAsync(cancellationToken), answers);
            return answers.InOrder();
        }
        catch (HttpRequestException error)
        {
            throw new IOException($"The transform at {_shown} cannot be asked: {error.Message}", error);
        }
        catch (OperationCanceledException error) when (!cancellationToken.IsCancellationRequested)
        {
            throw new IOException(
                $"The transform at {_shown} has not answered within {_options.TimeoutSeconds} s.", error);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _client.Dispose();

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
            throw new IOException(
                $"The transform at {_shown} has answered with what cannot be read: {error.Message}", error);
        }
    }
}
