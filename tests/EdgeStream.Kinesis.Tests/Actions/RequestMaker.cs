using System.Globalization;
using System.Text.Json;

namespace EdgeStream.Kinesis.Tests.Actions;

/// <summary>Makes requests of an action at random: by its shape, mostly with values that could be right.</summary>
internal sealed class RequestMaker(Random random)
{
    private const int FieldsOfLargeMin = 10;

    private static readonly string[] Names =
        ["s", "t", ".", "..", "a.b", "-", "", "a b", "s\u0000", "schlüssel", new('n', 128), new('n', 129)];

    private static readonly string[] Numbers =
    [
        "1000", "0", "1", "01", "-1", "9", "170141183460469231731687303715884105728",
        "340282366920938463463374607431768211455",
        "340282366920938463463374607431768211456", new('9', 56), "49" + new string('9', 54), "49" + new string('0', 54),
        new('1', 200), "LATEST",
    ];

    private static readonly string[] Arns =
    [
        KinesisUnderTest.StreamArn, KinesisUnderTest.StreamArn + "/consumer/c:1", "arn:aws:kinesis:x:1:stream/s",
        "arn:aws:kinesis:us-east-1:000000000000:stream/..", "arn:aws::kinesis::::000000000000:stream/s:/consumer/",
        "arn:aws:kinesis:us-east-1:000000000000:stream/s/consumer/c:99999999999999999999",
        "arn:aws:kinesis:us-east-1:000000000000:stream/:", "arn", new('a', 3000),
    ];

    private static readonly string[] DeliveryArns =
    [
        "arn:aws:s3:::plant", "arn:aws:iam::000000000000:role/any", "arn:aws:s3:::", "arn:aws:s3:::..",
        "arn:aws:s3:::a/b",
        "arn:aws:kinesis:us-east-1:000000000000:stream/none", "arn", new('a', 3000),
    ];

    private static readonly string[] Prefixes =
    [
        "a/", "", "!{timestamp:yyyy}/", "!{timestamp:", "!{firehose:random-string}", "!{}", "/", "..", "!{timestamp:'}",
        "!{partitionKeyFromQuery:a}", "\u0000", new('p', 1024), new('p', 1025),
        "!{timestamp:" + new string('y', 600) + "}",
    ];

    private static readonly string[] Integers =
        ["1", "0", "2", "3", "25", "100", "1024", "10000", "-1", "2147483648", "1e300", "0.5", "100001"];

    private static readonly string[] Times =
        ["0", "1", "-1", "1e308", "-1e308", "1767225600.123", "253402300800", "99999999999999999999", "0.0000001"];

    /// <summary>What the service gave out: numbers, iterators, tokens.</summary>
    public List<string> Seen { get; } = [];

    /// <summary>The request as JSON.</summary>
    public string Of(Shape shape)
    {
        var members = new List<string>();
        var optionalPercent = shape.Fields.Length > FieldsOfLargeMin ? 6 : 20;
        foreach (var field in shape.Fields)
        {
            if (random.Next(100) < (field.IsRequired ? 98 : optionalPercent))
            {
                members.Add($"{Quote(field.Name)}:{Value(field.Name, field.Shape)}");
            }
        }

        return $"{{{string.Join(',', members)}}}";
    }

    private string Value(string name, Shape shape)
    {
        if (random.Next(100) == 0)
        {
            return Pick(["null", "{}", "[]", "\"\"", "1", "true", "[null]", "{\"\":null}"]);
        }

        return shape.Kind switch
        {
            ShapeKind.Integer => Pick(Integers),
            ShapeKind.Boolean => Pick(["false", "true"]),
            ShapeKind.Timestamp => Pick(Times),
            ShapeKind.Blob => Pick(["\"\"", "\"AAAA\"", "\"A\"", "\"%\"", Quote(new string('A', 4000))]),
            ShapeKind.Structure => Of(shape),
            ShapeKind.List => $"[{Join(() => Value(name, shape.Element!))}]",
            ShapeKind.Map => $"{{{Join(() => $"{Quote(Pick(Names))}:{Value(name, shape.Element!)}")}}}",
            _ => Quote(Text(name, shape)),
        };
    }

    private string Text(string name, Shape shape)
    {
        if (shape.Words is { } words)
        {
            return random.Next(20) == 0 ? "NOW" : words[random.Next(words.Length)];
        }

        var isGivenOut = name is "ShardIterator" or "NextToken" or "StartingSequenceNumber" or "SequenceNumber";
        if (Seen.Count > 0 && random.Next(isGivenOut ? 4 : 40) < (isGivenOut ? 3 : 1))
        {
            return Damaged(Seen[^(1 + random.Next(Math.Min(5, Seen.Count)))]);
        }

        return name switch
        {
            "BucketARN" => Pick(DeliveryArns),
            "RoleARN" => Pick([DeliveryArns[1], .. DeliveryArns]),
            "DestinationId" => Pick(
                ["destinationId-000000000001", "destinationId-000000000002", "destinationId-", "-"]),
            "CurrentDeliveryStreamVersionId" => Pick(["1", "2", "0", "99999999999999999999"]),
            "Key" => Pick(["key", "aws:key", "", "k$"]),
            "ErrorOutputPrefix" or "Prefix" or "FileExtension" or "Delimiter" or "ParameterValue" => Pick(Prefixes),
            _ when name.Contains("ARN", StringComparison.Ordinal) => Pick(Arns),
            _ when name.Contains("Shard", StringComparison.Ordinal) => random.Next(3) == 0
                ? Pick(["shardId-0", "shardId", "7", "shardId-99999999999999999999", "-"])
                : string.Create(CultureInfo.InvariantCulture, $"shardId-{random.Next(8):D12}"),
            _ when name.Contains("Hash", StringComparison.Ordinal) => Pick(Numbers),
            _ when name.Contains("Sequence", StringComparison.Ordinal) => Pick(Numbers),
            "NextToken" => Convert.ToBase64String(
                System.Text.Encoding.UTF8.GetBytes($"shards\n{Pick(Integers)}\ns\nAT_TIMESTAMP||\n{Pick(Names)}")),
            _ => Pick(Names),
        };
    }

    /// <summary>The text as it is, or a little changed.</summary>
    private string Damaged(string text)
    {
        if (random.Next(2) == 0 || text.Length == 0)
        {
            return text;
        }

        var at = random.Next(text.Length);
        return text[..at] + Pick(["", "0", "9", "A", "=", "\n"]) + text[(at + random.Next(2))..];
    }

    private string Join(Func<string> element) =>
        string.Join(',', Enumerable.Range(0, random.Next(4)).Select(_ => element()));

    /// <summary>Half of the time the first one.</summary>
    private string Pick(string[] values) => values[random.Next(2) * random.Next(values.Length)];

    private static string Quote(string text) => $"\"{JsonEncodedText.Encode(text)}\"";
}
