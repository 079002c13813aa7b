using System.Text;
using System.Text.Json;
using EdgeStream.Testing;

namespace EdgeStream.Kinesis.Tests.Codec;

public sealed class RandomRequestTests
{
    private static readonly Shape[] Shapes =
        [Requests.PutRecords, Requests.AddTagsToStream, Requests.GetShardIterator, Requests.ListShards];

    public static TheoryData<int> Seeds => [.. TestSeed.Take(20)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Both_encodings_of_a_request_read_the_same(int seed) => TestSeed.Run(seed, random =>
    {
        for (var round = 0; round < 50; round++)
        {
            var records = Enumerable.Range(0, random.Next(6)).Select(_ => (Key: RandomText(random),
                Data: RandomBytes(random)))
                .ToArray();
            var name = RandomText(random);
            var json = RequestText.Json(ToJson(name, records), Requests.PutRecords);
            var cbor = RequestText.Cbor(ToCbor(random, name, records), Requests.PutRecords);
            foreach (var values in new[] { json, cbor })
            {
                Assert.Equal(name, values.Text("StreamName"));
                Assert.Equal(records.Length, values.Member("Records").Length);
                var index = 0;
                for (var at = values.Member("Records").Start; at != 0; at = values.At(at).Next, index++)
                {
                    var first = values.At(at).Start;
                    Assert.Equal(records[index].Key, values.TextOf(values.At(first + RecordPlace.PartitionKey)));
                    Assert.Equal(
                        records[index].Data, values.BytesOf(values.At(first + RecordPlace.Data)).ToArray());
                }

                Assert.Equal(records.Length, index);
            }
        }
    });

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Damaged_requests_are_refused_and_nothing_else_happens(int seed) => TestSeed.Run(seed, random =>
    {
        for (var round = 0; round < 200; round++)
        {
            var records = new[] { (RandomText(random), RandomBytes(random)), (RandomText(random),
                RandomBytes(random)) };
            Damage(random, Encoding.UTF8.GetBytes(ToJson("s", records)), JsonRequestReader.Read);
            Damage(random, ToCbor(random, "s", records), CborRequestReader.Read);
        }
    });

    private static void Damage(Random random, byte[] body, Action<byte[], int, Shape, RequestValues> read)
    {
        for (var change = random.Next(4); change >= 0; change--)
        {
            body[random.Next(body.Length)] = (byte)random.Next(256);
        }

        var values = new RequestValues();
        try
        {
            read(body, random.Next(body.Length + 1), Shapes[random.Next(Shapes.Length)], values);
            RequestValidator.Check(values);
        }
        catch (ApiException refused)
        {
            Assert.Contains(refused.Type, new[] { "SerializationException", "ValidationException" });
        }
    }

    private static string ToJson(string name, (string Key, byte[] Data)[] records) => JsonSerializer.Serialize(new
    {
        Records = records.Select(record => new { PartitionKey = record.Key, record.Data }),
        StreamName = name,
    });

    private static byte[] ToCbor(Random random, string name, (string Key, byte[] Data)[] records) =>
        new CborText(random).Map(2, map =>
        {
            map.Text("Records").List(records.Length, list =>
            {
                foreach (var (key, data) in records)
                {
                    list.Map(2, record => record.Text("Data").Blob(data).Text("PartitionKey").Text(key));
                }
            });
            map.Text("StreamName").Text(name);
        }).Bytes;

    private static string RandomText(Random random)
    {
        const string Letters = "abc\"\\\n\u0001/ üß€😀";
        var text = new StringBuilder();
        var runes = Letters.EnumerateRunes().ToArray();
        for (var length = random.Next(20); length > 0; length--)
        {
            text.Append(runes[random.Next(runes.Length)]);
        }

        return text.ToString();
    }

    private static byte[] RandomBytes(Random random)
    {
        var bytes = new byte[random.Next(200)];
        random.NextBytes(bytes);
        return bytes;
    }
}
