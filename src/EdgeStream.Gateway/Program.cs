using System.Reflection;

Console.WriteLine($"edgestream {Assembly.GetExecutingAssembly().GetName().Version?.ToString(3)}");
