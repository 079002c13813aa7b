using System.Text;
using EdgeStream.Storage;
using EdgeStream.Streams;

namespace EdgeStream.Delivery.Tests;

public sealed class RecordTransformTests
{
    private static (TransformOutcome Outcome, string Data) Apply(TransformDefinition definition, string data)
    {
        var outcome = new RecordTransform(definition).Apply(
            new StreamRecord
            {
                EventTime = Timestamp.From(DeliveryStage.Start),
                PartitionKey = "plant/7"u8,
                Data = Encoding.UTF8.GetBytes(data),
            },
            out var made);
        return (outcome, Encoding.UTF8.GetString(made));
    }

    [Theory]
    [InlineData("""{"t":21}""", TransformOutcome.Ok)]
    [InlineData("""{"t":20}""", TransformOutcome.Dropped)]
    [InlineData("""{"other":1}""", TransformOutcome.Dropped)]
    [InlineData("no JSON", TransformOutcome.Dropped)]
    internal void Only_records_for_which_the_condition_is_true_go_out(string data, TransformOutcome expected)
    {
        var (outcome, made) = Apply(new TransformDefinition { Where = "t > 20" }, data);

        Assert.Equal(expected, outcome);
        Assert.Equal(data, made);
    }

    [Fact]
    public void Condition_on_key_and_time_needs_no_JSON()
    {
        var definition = new TransformDefinition
        {
            Where = "PARTITION_KEY LIKE 'plant/%' AND ROWTIME > TIMESTAMP '2026-11-20 00:00:00'",
        };

        Assert.Equal((TransformOutcome.Ok, "\u0001\u0002"), Apply(definition, "\u0001\u0002"));
    }

    [Fact]
    public void Data_becomes_what_the_list_says()
    {
        var definition = new TransformDefinition { Select = "*, t * 1.8 + 32 AS fahrenheit, PARTITION_KEY AS device" };

        Assert.Equal(
            (TransformOutcome.Ok, """{"t":20,"on":true,"fahrenheit":68,"device":"plant/7"}"""),
            Apply(definition, """{"t":20,"on":true}"""));
    }

    [Theory]
    [InlineData("[1]")]
    [InlineData("""{"t":""")]
    [InlineData("")]
    [InlineData("""{"t":1,"\ud800":2}""")]
    public void Data_that_is_no_object_cannot_be_selected_from(string data) =>
        Assert.Equal(TransformOutcome.Failed, Apply(new TransformDefinition { Select = "*, 1 AS one" }, data).Outcome);

    [Fact]
    public void Same_transform_takes_one_record_after_another()
    {
        var transform = new RecordTransform(new TransformDefinition { Where = "t > 0", Select = "t" });
        var made = new List<string>();
        foreach (var data in new[] { """{"t":1,"x":"long long long"}""", """{"t":-1}""", "[]", """{"t":2}""" })
        {
            if (transform.Apply(new StreamRecord { Data = Encoding.UTF8.GetBytes(data) }, out var bytes)
                == TransformOutcome.Ok)
            {
                made.Add(Encoding.UTF8.GetString(bytes));
            }
        }

        Assert.Equal(["""{"t":1}""", """{"t":2}"""], made);
    }

    [Theory]
    [InlineData("t >", null, "Where")]
    [InlineData("t + 1", null, "Where")]
    [InlineData(null, "t + 1", "Select")]
    public void Text_that_is_wrong_is_told(string? where, string? select, string member)
    {
        var errors = new TransformDefinition { Where = where, Select = select }.Validate();

        Assert.Equal(member, Assert.Single(errors).Member);
    }
}
