namespace EdgeStream.Sql;

/// <summary>A column that a log line is split into.</summary>
/// <param name="Name">The member's name, as JSON writes it.</param>
/// <param name="Type">Its type; text where none is declared.</param>
/// <param name="Start">Where it starts in a line of fixed columns, in characters from 0.</param>
/// <param name="Length">How many characters it has there.</param>
internal sealed record LogColumn(byte[] Name, SqlDataType Type, int Start, int Length);
