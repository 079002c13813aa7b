namespace EdgeStream.Analytics;

/// <summary>The columns of an in-application stream, or of what a query gives.</summary>
internal sealed record StreamSchema(string Name, IReadOnlyList<SchemaColumn> Columns)
{
    public int Find(string name)
    {
        for (var index = 0; index < Columns.Count; index++)
        {
            if (Columns[index].Name == name)
            {
                return index;
            }
        }

        return -1;
    }
}
