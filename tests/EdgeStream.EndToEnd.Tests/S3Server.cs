using System.IO.Compression;
using System.Text.Json;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;
using EdgeStream.Delivery;
using EdgeStream.Testing;

namespace EdgeStream.EndToEnd.Tests;

/// <summary>Where an S3 server is and what is in its bucket: enough to configure a gateway, and to check it.</summary>
public sealed record S3Server(string Endpoint, string AccessKeyId, string SecretAccessKey, string Bucket)
{
    /// <summary>A delivery's destination in the bucket.</summary>
    public S3DestinationOptions Destination => new()
    {
        Endpoint = Endpoint,
        Bucket = Bucket,
        AccessKeyId = AccessKeyId,
        SecretAccessKey = SecretAccessKey,
        TimeoutSeconds = 10,
    };

    public AmazonS3Client Connect() => new(
        new BasicAWSCredentials(AccessKeyId, SecretAccessKey),
        new AmazonS3Config { ServiceURL = Endpoint, ForcePathStyle = true, AuthenticationRegion = "us-east-1" });

    /// <summary>The names of all objects, sorted.</summary>
    public async Task<IReadOnlyList<string>> NamesAsync()
    {
        using var client = Connect();
        var names = new List<string>();
        var request = new ListObjectsV2Request { BucketName = Bucket };
        ListObjectsV2Response page;
        do
        {
            page = await client.ListObjectsV2Async(request);
            names.AddRange((page.S3Objects ?? []).Select(item => item.Key));
            request.ContinuationToken = page.NextContinuationToken;
        }
        while (page.IsTruncated == true);
        names.Sort(StringComparer.Ordinal);
        return names;
    }

    /// <summary>Every record of every object, objects in the order of their names.</summary>
    public async Task<IReadOnlyList<ApiRecord>> RecordsAsync()
    {
        using var client = Connect();
        var records = new List<ApiRecord>();
        foreach (var name in await NamesAsync())
        {
            using var answer = await client.GetObjectAsync(Bucket, name);
            using var gzip = new GZipStream(answer.ResponseStream, CompressionMode.Decompress);
            using var lines = new StreamReader(gzip);
            while (await lines.ReadLineAsync() is { } line)
            {
                using var document = JsonDocument.Parse(line);
                records.Add(RecordOf(document.RootElement.Clone()));
            }
        }

        return records;
    }

    /// <summary>The bytes of every object whose name begins with a prefix as text, one after another in the order of
    /// their names, unzipped.</summary>
    public async Task<string> TextAsync(string prefix)
    {
        using var client = Connect();
        var text = new System.Text.StringBuilder();
        foreach (var name in await NamesAsync())
        {
            if (!name.StartsWith(prefix, StringComparison.Ordinal))
            {
                continue;
            }

            using var answer = await client.GetObjectAsync(Bucket, name);
            await using var content = name.EndsWith(".gz", StringComparison.Ordinal)
                ? new GZipStream(answer.ResponseStream, CompressionMode.Decompress) : answer.ResponseStream;
            using var reader = new StreamReader(content);
            text.Append(await reader.ReadToEndAsync());
        }

        return text.ToString();
    }

    private static ApiRecord RecordOf(JsonElement line) => new(
        line.GetProperty("shard").GetString()!,
        line.GetProperty("sequence").GetInt64(),
        line.GetProperty("key").GetString()!,
        line.GetProperty("data"),
        line);
}
