using EdgeStream.Sql;

namespace EdgeStream.Delivery;

/// <summary>What becomes of records on their way: which go out, and as what.</summary>
/// <remarks>The condition is asked first, then the list is made, then the process or the endpoint is asked. Expressions
/// see the record's data as JSON, its partition key as PARTITION_KEY and its event time as ROWTIME.</remarks>
public sealed record TransformDefinition
{
    /// <summary>A condition; records for which it is not true do not go out. Null for all.</summary>
    public string? Where { get; init; }

    /// <summary>A select list; null leaves the data as it is. Data that is no JSON object cannot be selected
    /// from.</summary>
    public string? Select { get; init; }

    /// <summary>The process that is asked; null for none.</summary>
    public ProcessTransformOptions? Process { get; init; }

    /// <summary>The endpoint that is asked; null for none.</summary>
    public HttpTransformOptions? Http { get; init; }

    /// <summary>Everything that is wrong.</summary>
    public IReadOnlyList<DefinitionError> Validate()
    {
        var errors = new List<DefinitionError>();
        Check(nameof(Where), Where, text => SqlExpression.ParseCondition(text, new ColumnSet()), errors);
        Check(nameof(Select), Select, text => SelectList.Parse(text, new ColumnSet()), errors);
        if (Process is not null && Http is not null)
        {
            errors.Add(new(nameof(Http), "cannot stand beside a process: one of them makes the records."));
        }

        errors.AddRange(Process?.Validate() ?? []);
        errors.AddRange(Http?.Validate() ?? []);
        return errors;
    }

    private static void Check(string member, string? text, Func<string, object> parse, List<DefinitionError> errors)
    {
        if (text is null)
        {
            return;
        }

        try
        {
            parse(text);
        }
        catch (SqlException error)
        {
            errors.Add(new(member, error.Message));
        }
    }
}
