using System.Globalization;
using System.Text;
using System.Text.Json;
using EdgeStream.Testing;

namespace EdgeStream.EndToEnd.Tests;

/// <summary>Records that are numbers, counted up; a key has every so-manieth.</summary>
internal sealed class KeyedRecords(KinesisApi api, string stream, int keyCount)
{
    private const int BatchSize = 100;

    private int _next;

    /// <summary>How many were put.</summary>
    public int Count => _next;

    /// <summary>Puts batches; all of their records are acknowledged.</summary>
    public async Task PutAsync(int batchCount)
    {
        for (var batch = 0; batch < batchCount; batch++)
        {
            var records = new List<string>();
            for (var i = 0; i < BatchSize; i++, _next++)
            {
                var data = Convert.ToBase64String(Encoding.UTF8.GetBytes($"{_next}"));
                records.Add($$"""{"PartitionKey":"k{{_next % keyCount}}","Data":"{{data}}"}""");
            }

            var answer = await api.CallAsync(
                "PutRecords", $$"""{"StreamName":"{{stream}}","Records":[{{string.Join(',', records)}}]}""");
            Assert.Equal(0, answer.GetProperty("FailedRecordCount").GetInt32());
        }
    }

    /// <summary>The numbers of a key, in order.</summary>
    public int[] Of(int key) => [.. Enumerable.Range(0, _next).Where(value => value % keyCount == key)];

    /// <summary>What a consumer has printed as lines of JSON, by key.</summary>
    public static Dictionary<string, List<int>> Printed(BackgroundCommand consumer)
    {
        var printed = new Dictionary<string, List<int>>();
        foreach (var line in consumer.Output.ToString().Split('\n').Where(line => line.StartsWith('{')))
        {
            using var document = JsonDocument.Parse(line);
            var key = document.RootElement.GetProperty("key").GetString()!;
            printed.TryAdd(key, []);
            printed[key].Add(int.Parse(
                document.RootElement.GetProperty("data").GetString()!, CultureInfo.InvariantCulture));
        }

        return printed;
    }
}
