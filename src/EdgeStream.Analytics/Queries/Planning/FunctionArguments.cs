using System.Globalization;
using System.Text;
using EdgeStream.Sql;

namespace EdgeStream.Analytics;

/// <summary>Reads the arguments of a table function behind its cursor, which are known before a row is.</summary>
/// <remarks>Each that cannot be taken is a <see cref="SqlException"/> that shows it and says what it has to
/// be.</remarks>
internal sealed class FunctionArguments
{
    private readonly TableFunctionCall _call;
    private readonly string[] _names;

    /// <summary>Checks how many there are.</summary>
    /// <param name="call">The call.</param>
    /// <param name="required">How many must be there.</param>
    /// <param name="names">What each is called; there are so many at most.</param>
    public FunctionArguments(TableFunctionCall call, int required, params string[] names)
    {
        _call = call;
        _names = names;
        var count = call.Arguments.Count;
        if (count < required || count > names.Length)
        {
            var optional = required < names.Length
                ? $"The last {names.Length - required} can be left out, from the end on."
                : null;
            throw SqlErrors.At(
                call.Text, count > names.Length ? call.Arguments[names.Length].Token : call.Token,
                $"{call.Token.Value} has the wrong number of arguments", optional,
                $"Write {call.Token.Value}(CURSOR(SELECT STREAM …), {string.Join(", ", names)}).");
        }
    }

    /// <summary>A whole number within a range, both ends included.</summary>
    public int Whole(int index, int least, int most, int otherwise = 0)
    {
        if (index >= _call.Arguments.Count)
        {
            return otherwise;
        }

        var value = Constants.Evaluate(_call.Text, _call.Arguments[index]);
        return value.Type == SqlType.Integer && value.Integer >= least && value.Integer <= most
            ? (int)value.Integer
            : throw Wrong(index, string.Create(CultureInfo.InvariantCulture, $"a whole number of {least} to {most}"));
    }

    /// <summary>A number of more than 0.</summary>
    public double Positive(int index)
    {
        var value = Constants.Evaluate(_call.Text, _call.Arguments[index]);
        return value.IsNumeric && value.Number > 0 && double.IsFinite(value.Number)
            ? value.Number
            : throw Wrong(index, "a number of more than 0");
    }

    /// <summary>TRUE or FALSE.</summary>
    public bool Flag(int index, bool otherwise)
    {
        if (index >= _call.Arguments.Count)
        {
            return otherwise;
        }

        var value = Constants.Evaluate(_call.Text, _call.Arguments[index]);
        return value.Type == SqlType.Boolean ? value.Boolean : throw Wrong(index, "TRUE or FALSE");
    }

    /// <summary>A text that is not empty.</summary>
    public string Text(int index)
    {
        var value = Constants.Evaluate(_call.Text, _call.Arguments[index]);
        return value.Type == SqlType.Text && !value.Text.IsEmpty
            ? Encoding.UTF8.GetString(value.Text)
            : throw Wrong(index, "a text, such as 'COLUMN1'");
    }

    /// <summary>The column of the cursor that a text names: as it is, or the only one that differs in case.</summary>
    public int Column(int index)
    {
        var name = Text(index);
        var (found, isAmbiguous) = (-1, false);
        for (var column = 0; column < _call.Columns.Count; column++)
        {
            if (_call.Columns[column].Name == name)
            {
                return column;
            }

            if (_call.Columns[column].Name.Equals(name, StringComparison.OrdinalIgnoreCase))
            {
                isAmbiguous = found >= 0;
                found = column;
            }
        }

        return found >= 0 && !isAmbiguous
            ? found
            : throw SqlErrors.At(_call.Text, _call.Arguments[index].Token, $"The cursor has no column {name}", null,
                $"Its columns are {string.Join(", ", _call.Columns.Select(column => column.Name))}.");
    }

    /// <summary>The columns of the cursor that are numbers, which are what a function looks at.</summary>
    /// <param name="most">How many there may be.</param>
    public int[] NumericColumns(int most)
    {
        var numeric = new List<int>();
        for (var index = 0; index < _call.Columns.Count; index++)
        {
            var (name, type) = _call.Columns[index];
            if (type is null)
            {
                throw SqlErrors.At(_call.Text, _call.Token, $"Whether column {name} is a number is not known",
                    $"{_call.Token.Value} looks at the columns that are numbers, and carries the others.",
                    $"Write CAST({name} AS DOUBLE) AS {name}, or CAST({name} AS VARCHAR(64)) AS {name}.");
            }

            if (type.Value.Kind is SqlType.Integer or SqlType.Decimal or SqlType.Double)
            {
                numeric.Add(index);
            }
        }

        return numeric.Count > 0 && numeric.Count <= most
            ? [.. numeric]
            : throw SqlErrors.At(_call.Text, _call.Token,
                numeric.Count == 0
                    ? "No column of the cursor is a number"
                    : "Too many columns of the cursor are numbers",
                string.Create(
                    CultureInfo.InvariantCulture, $"1 to {most} can be looked at; there are {numeric.Count}."),
                "Select what is to be looked at in the cursor.");
    }

    /// <summary>The columns of the cursor and those that the function adds.</summary>
    public SchemaColumn[] ColumnsWith(params SchemaColumn[] added)
    {
        foreach (var (name, _) in added)
        {
            if (_call.Columns.Any(column => column.Name == name))
            {
                throw SqlErrors.At(_call.Text, _call.Token, $"The cursor has a column {name} already",
                    $"{_call.Token.Value} adds a column of this name.", $"Rename it in the cursor: {name} AS …");
            }
        }

        return [.. _call.Columns, .. added];
    }

    /// <summary>What is thrown for an argument that cannot be taken.</summary>
    /// <param name="index">Which.</param>
    /// <param name="wanted">What it must be.</param>
    public SqlException Wrong(int index, string wanted) => SqlErrors.At(
        _call.Text, _call.Arguments[index].Token, $"{_names[index]} of {_call.Token.Value} must be {wanted}");
}
