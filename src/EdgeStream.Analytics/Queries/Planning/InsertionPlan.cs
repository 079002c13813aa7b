using EdgeStream.Sql;

namespace EdgeStream.Analytics;

/// <summary>Which column of a pump's query goes into which column of its stream; -1 for a column that stays
/// NULL.</summary>
internal sealed record InsertionPlan(IReadOnlyList<int> Sources, IReadOnlyList<SqlDataType?> SourceTypes)
{
    public static InsertionPlan Of(
        string text, CreatePumpSyntax pump, IReadOnlyList<SchemaColumn> columns, StreamSchema target)
    {
        var names = pump.TargetColumns.Count > 0
            ? pump.TargetColumns
            : [.. target.Columns.Select(column => pump.Target with { Value = column.Name })];
        if (names.Count != columns.Count)
        {
            throw SqlErrors.At(text, pump.Query.Token, "The query does not fit the stream that it fills",
                $"It has {columns.Count} columns, {pump.Target.Value} takes {names.Count}: "
                + $"{string.Join(", ", names.Select(name => name.Value))}.");
        }

        var sources = Enumerable.Repeat(-1, target.Columns.Count).ToArray();
        for (var index = 0; index < names.Count; index++)
        {
            var slot = target.Find(names[index].Value);
            if (slot < 0)
            {
                throw SqlErrors.At(text, names[index], $"Stream {target.Name} has no column {names[index].Value}",
                    $"It has {string.Join(", ", target.Columns.Select(column => column.Name))}.");
            }

            sources[slot] = index;
        }

        return new InsertionPlan(sources, [.. columns.Select(column => column.Type)]);
    }
}
