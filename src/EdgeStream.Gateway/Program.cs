Console.WriteLine("edgestream");
